// transformer_lens on the page says no to whatever it cannot do as the real one does, in one sentence that names what
// there is; and nothing it is asked for is dropped.

import { beforeAll, describe, expect, test } from "vitest";
import { type Python, startPython } from "./python.ts";
import { StandIn } from "./stand-in.ts";

let python: Python;
const engine = new StandIn();

beforeAll(async () => {
  const start = () => {
    throw new Error("nothing here is to run");
  };
  python = await startPython({ ...engine.bridge, start });
  python.run(`
import torch, transformer_lens, neuron_notebook
from transformer_lens import HookedEncoder, utils
model = HookedEncoder.from_pretrained("tiny")
tok = model.tokenizer
ids = tok("this [MASK]", return_tensors="pt")["input_ids"]
def hook(value, hook):
    pass`);
}, 120_000);

/** the last line of a cell's error */
const sentence = (source: string) => (python.run(source).outputs.at(-1)?.traceback as string[]).at(-1)!;
const printed = (source: string) => python.run(`print(${source})`).printed.trim();

const there =
  "blocks.{l}.mlp.hook_post (l = 0, 1), blocks.{l}.hook_resid_pre (l = 0, 1), " +
  "blocks.{l}.hook_normalized_resid_post (l = 0, 1), hook_full_embed.";

describe("a place for hooks that the page has not", () => {
  test("all names are TransformerLens's: 12 outside the blocks and 23 a layer", () => {
    expect(printed("len(model.hook_dict)")).toBe("58");
    expect(
      printed("'blocks.1.attn.hook_pattern' in model.hook_dict, 'pooler.hook_pooler_out' in model.hook_dict"),
    ).toBe("True True");
  });

  test.each([
    [
      "run_with_hooks(ids, fwd_hooks=[(lambda name: name.endswith('hook_z'), hook)])",
      "blocks.{l}.attn.hook_z (l = 0, 1)",
    ],
    ["run_with_hooks(ids, fwd_hooks=[('blocks.1.attn.hook_pattern', hook)])", "blocks.1.attn.hook_pattern"],
    [
      "run_with_cache(ids, names_filter=lambda name: 'resid' in name)",
      "blocks.{l}.hook_resid_mid (l = 0, 1), blocks.{l}.hook_resid_post (l = 0, 1)",
    ],
    ["run_with_cache(ids, names_filter='unembed.hook_out')", "unembed.hook_out"],
    [
      "run_with_cache(ids, names_filter=['blocks.0.mlp.hook_post', 'blocks.0.mlp.hook_pre'])",
      "blocks.0.mlp.hook_pre",
    ],
    ["add_hook(lambda name: name == 'blocks.0.hook_mlp_out', hook)", "blocks.0.hook_mlp_out"],
    ["add_perma_hook('hook_embed' and 'embed.hook_embed', hook)", "embed.hook_embed"],
    [
      "add_caching_hooks(lambda name: 'ln1' in name)",
      "blocks.{l}.ln1.hook_scale (l = 0, 1), blocks.{l}.ln1.hook_normalized (l = 0, 1)",
    ],
    ["blocks[1].attn.hook_q.add_hook(hook)", "blocks.1.attn.hook_q"],
    [
      "hooks([(lambda name: 'hook_k' in name, hook)]).__enter__()",
      "blocks.{l}.attn.hook_k (l = 0, 1), blocks.{l}.hook_k_input (l = 0, 1)",
    ],
  ])("model.%s", (call, missing) => {
    expect(sentence(`model.${call}`)).toBe(
      `ValueError: No hook can be on ${missing} on this page. Hooks and caches can be on ${there}`,
    );
    expect(printed("model.list_hooks(), model.context_level")).toBe("{} 0");
  });

  test("a name that TransformerLens has not either is a KeyError, as there", () => {
    const unknown = `KeyError: "HookedEncoder has no hook point 'x'. Hooks and caches can be on ${there}"`;
    expect(sentence("model.run_with_hooks(ids, fwd_hooks=[('x', hook)])")).toBe(unknown);
    expect(sentence("model.run_with_cache(ids, names_filter=['blocks.0.mlp.hook_post', 'x'])")).toBe(unknown);
    expect(sentence("model.add_hook('blocks.0.mlp', hook)")).toContain(
      "is a part of the model, not a hook point",
    );
    expect(sentence("model.add_hook(['blocks.0.mlp.hook_post'], hook)")).toMatch(
      /^TypeError: A hook's place is/,
    );
    expect(sentence("model.run_with_cache(ids, names_filter=5)")).toContain("names_filter must be a string");
  });

  test("a cache without it says which hook points there are", () => {
    python.run(
      "cache = transformer_lens.ActivationCache({'blocks.0.mlp.hook_post': 1, 'blocks.1.mlp.hook_post': 2}, model)",
    );
    const held = "The cache holds blocks.{l}.mlp.hook_post (l = 0, 1).'";
    expect(sentence("cache['pattern', 0]")).toBe(
      `KeyError: 'blocks.0.attn.hook_pattern is not on this page. ${held}`,
    );
    expect(sentence("cache['resid_pre', 1]")).toBe(
      `KeyError: 'blocks.1.hook_resid_pre is not in this cache. ${held}`,
    );
    expect(sentence("cache['embed']")).toBe(`KeyError: 'hook_embed is no hook point of this model. ${held}`);
    expect(sentence("cache.decompose_resid()")).toContain(
      "ActivationCache has no 'decompose_resid' on this page",
    );
  });
});

describe("weights", () => {
  test("are read when their numbers are looked at, and not before", () => {
    engine.clear();
    expect(printed("sum(p.numel() for p in model.parameters()), model.blocks[1].mlp.W_out.shape")).toContain(
      "[3, 4]",
    );
    expect(engine.weightsRead).toEqual([]);
    expect(printed("model.blocks[1].mlp.W_out[2].tolist(), model.blocks[1].mlp.W_out[0, 0].item()")).toBe(
      "[2.0, 5.0, 8.0, 11.0] 0.0",
    );
    expect(printed("model.blocks[0].attn.W_Q[1].tolist()")).toBe(
      "[[8.0, 12.0], [9.0, 13.0], [10.0, 14.0], [11.0, 15.0]]",
    );
    expect(engine.weightsRead).toEqual([
      "bert.encoder.layer.1.output.dense.weight",
      "bert.encoder.layer.0.attention.self.query.weight",
    ]);
    expect(printed("model.unembed.W_U[:, 1].tolist()")).toBe("[4.0, 5.0, 6.0, 7.0]");
  });

  test.each([
    "W[1] = 0.",
    "W[1][2] = 0.",
    "W[0].zero_()",
    "W.fill_(1)",
    "W.data[0] = 1",
    "W.data = torch.zeros(3, 4)",
    "x = torch.zeros(2)\nx.data = W",
    "W.T[0] = 1",
    "W += 1",
    "W.detach().mul_(2)",
    "W.view(-1)[0] = 1",
    "W[0].copy_(torch.ones(4))",
    "W.unsqueeze(0)[0, 1] *= 2",
    "model.blocks[0].mlp.W_out = torch.zeros(3, 4)",
    "model.state_dict()['blocks.0.mlp.W_out'][0] = 1",
    "model.load_state_dict({})",
    "torch.nn.Parameter(W)",
    "torch.nn.Embedding.from_pretrained(W.detach()[1:])",
  ])("cannot be written: %s", (write) => {
    expect(sentence(`W = model.blocks[0].mlp.W_out\n${write}`)).toMatch(
      /^RuntimeError: Weights cannot be changed on this page, .* a hook, such as model\.run_with_hooks/,
    );
    expect(printed("model.blocks[0].mlp.W_out.tolist()")).toBe(
      "[[0.0, 3.0, 6.0, 9.0], [1.0, 4.0, 7.0, 10.0], [2.0, 5.0, 8.0, 11.0]]",
    );
  });

  test("of what the page has not are refused, and a copy can be written", () => {
    expect(sentence("model.pooler.W[0]")).toBe(
      "RuntimeError: The weights of the pooler are not on this page, which keeps what the masked-LM head needs.",
    );
    expect(printed("model.pooler.W.shape, model.nsp_head.W.shape")).toBe(
      "torch.Size([4, 4]) torch.Size([4, 2])",
    );
    python.run("copy = model.blocks[0].mlp.W_out.clone()\ncopy[0] = 7.");
    expect(printed("copy[0].tolist(), (model.W_out * 0 + copy).sum().item() > 0")).toBe(
      "[7.0, 7.0, 7.0, 7.0] True",
    );
  });
});

describe("what the page has not is refused by name", () => {
  test.each([
    ["model.cfg.use_attn_result = True", "cfg.use_attn_result is False and cannot be changed on this page"],
    [
      "model.cfg.nothing",
      "HookedTransformerConfig has no 'nothing' on this page. There are: NTK_by_parts_factor,",
    ],
    ["model.blocks[0].nothing", "BertBlock has no 'nothing' on this page. There are: attn,"],
    ["model.blocks[9]", "index 9 is out of range"],
    ["model.blocks[0].attn(ids)", "Attention cannot be run on its own on this page"],
    ["model.blocks[0] = 1", "does not support item assignment"],
    ["model.embed = 1", "cannot be replaced on this page"],
    ["model.to(torch.float64)", "computes in torch.float32 on this page"],
    ["model.hook_full_embed.add_hook(hook, dir='bwd')", "no backward hooks"],
    ["model.run_with_cache(ids, incl_bwd=True)", "no backward hooks"],
    ["model.run_with_cache(ids, pos_slice=2)", "pos_slice is not on this page"],
    ["model.run_with_cache(ids, stop_at_layer=1)", "unexpected keyword argument 'stop_at_layer'"],
    [
      "HookedEncoder.from_pretrained('tiny', dtype=torch.float64)",
      "from_pretrained(dtype=torch.float64) is not on this page",
    ],
    ["HookedEncoder.from_pretrained('tiny', hf_model=model)", "from_pretrained(hf_model="],
    [
      "HookedEncoder.from_pretrained('tiny', fold_ln=True)",
      "from_pretrained(fold_ln=True) is not on this page",
    ],
    [
      "HookedEncoder.from_pretrained('tiny', revision='abc')",
      "from_pretrained(revision='abc') is not on this page",
    ],
    ...["device_map='auto'", "n_devices=2", "proxies={}", "local_files_only=True", "force_download=True"].map(
      (option) => [
        `HookedEncoder.from_pretrained('tiny', ${option})`,
        `: leave ${option.split("=")[0]} out.`,
      ],
    ),
    [
      "HookedEncoder.from_pretrained('tiny', nothing=None)",
      "from_pretrained() has no option 'nothing' on this page. There are: ",
    ],
    ["HookedEncoder.from_pretrained('tiny', device='gpu')", "Expected one of cpu, cuda"],
    ["model.to('gpu')", "Expected one of cpu, cuda"],
    [
      "HookedEncoder.from_pretrained('tiny', center_unembed=True)",
      "from_pretrained() has no option 'center_unembed' on this page. There are: ",
    ],
    ["tok('this', return_tensors='np')", "which has no numpy; use 'pt'"],
    ["tok('this', split_special_tokens=True)", "unexpected keyword argument 'split_special_tokens'"],
    ["tok('this', nothing=True)", "unexpected keyword argument 'nothing'"],
    [
      "tok('this these this these', 'this these', truncation=True, max_length=5, return_overflowing_tokens=True)",
      "for pairs of texts that are cut",
    ],
    ["tok.mask_token = '[UNK]'", "mask_token of the tokenizer cannot be set on this page"],
    ["tok.padding_side = 'up'", "padding_side is 'left' or 'right'"],
    ["tok.add_tokens(['x'])", "The tokenizer has no 'add_tokens' on this page"],
    [
      "from transformer_lens import HookedTransformer",
      "which has TransformerLens 3.9's HookedEncoder: use HookedEncoder",
    ],
    ["from transformer_lens import FactoredMatrix", "transformer_lens has no 'FactoredMatrix' on this page"],
    [
      "from transformer_lens.model_bridge import TransformerBridge",
      "transformer_lens has no 'model_bridge' on this page, which has TransformerLens 3.9's HookedEncoder: use",
    ],
    ["import transformer_lens.patching", "transformer_lens has no 'patching' on this page"],
    [
      "transformer_lens.TransformerBridge.boot_transformers('x')",
      "transformer_lens has no 'TransformerBridge' on this page",
    ],
    ["utils.test_prompt('a', 'b', model)", "test_prompt() is for models that write on"],
    [
      "utils.lm_accuracy",
      "transformer_lens.utils has no 'lm_accuracy' on this page. There are: get_act_name",
    ],
    ["model(ids[0])", "IndexError: Tokens are an int64 tensor"],
    [
      "model(ids.repeat(1, 5))",
      "RuntimeError: The size of tensor a (20) must match the size of tensor b (8)",
    ],
    ["model(torch.tensor([[7]]))", "IndexError: index 7 is out of bounds for dimension 0 with size 7"],
    ["model.W_all", "HookedEncoder has no 'W_all' on this page"],
  ])("%s", (source, part) => {
    const said = sentence(source);
    expect(said).toContain(part);
    expect(said).not.toMatch(/SimpleNamespace|pyodide|Js[A-Z]/);
  });

  test("TransformerLens 3.9 has its helpers under a newer name, too", () => {
    python.run(
      "import transformer_lens.utilities as newer\nfrom transformer_lens.utilities import get_act_name",
    );
    expect(printed("newer.get_act_name('post', 3), get_act_name('mlp_post', 3)")).toBe(
      "blocks.3.mlp.hook_post blocks.3.mlp.hook_post",
    );
  });
});

test("no public function takes an option that it does not know", () => {
  const {
    printed: told,
    kind,
    outputs,
  } = python.run(`
import importlib, inspect, pkgutil, types

OURS = ("transformer_lens", "neuron_notebook")
encoded = tok("this these")
given = dict(model_args=ids, input=ids, text="this", model_name="tiny", args=ids)
things = [model, model.cfg, tok, encoded, encoded[0], transformer_lens.ActivationCache({}, model), model.hook_full_embed]
things += [part for part in model.modules() if part.name and not part.name.startswith("blocks.1")]

def functions():
    for package in OURS:
        package = importlib.import_module(package)
        names = [f"{package.__name__}.{each.name}" for each in pkgutil.iter_modules(package.__path__)]
        for module in [package, *map(importlib.import_module, names)]:
            for name, value in vars(module).items():
                if isinstance(value, types.FunctionType) and not name.startswith("_"):
                    yield f"{module.__name__}.{name}", value
                if isinstance(value, type) and value.__module__.partition(".")[0] in OURS:
                    missing = not name.startswith("_") and not any(isinstance(thing, value) for thing in things)
                    if missing:
                        yield f"{module.__name__}.{name}", value
    for thing in things:
        for name in dir(type(thing)):
            if not name.startswith("_") or name == "__call__":
                found = inspect.getattr_static(type(thing), name)
                inner = getattr(found, "__func__", found)
                if isinstance(inner, types.FunctionType) and inner.__module__.partition(".")[0] in OURS:
                    yield f"{type(thing).__name__}.{name}", getattr(thing, name)

asked, wrong = set(), []
for name, function in functions():
    if name in asked or name.endswith(".__getattr__"):
        continue
    asked.add(name)
    needed = [given.get(p.name) for p in inspect.signature(function).parameters.values()
              if p.default is p.empty and p.kind not in (p.VAR_KEYWORD, p.KEYWORD_ONLY)]
    try:
        function(*needed, no_such_option=1)
        wrong.append(f"{name} took it")
    except TypeError as error:
        if "no_such_option" not in str(error):
            wrong.append(f"{name}: {error}")
    except RuntimeError as error:  # refused altogether
        if "on this page" not in str(error) and "a BERT does not" not in str(error):
            wrong.append(f"{name}: {error}")
print(len(asked), wrong)`);
  expect(kind, JSON.stringify(outputs.at(-1))).toBe("done");
  const [, count, wrong] = /^(\d+) (.*)$/m.exec(told)!;
  expect(wrong).toBe("[]");
  expect(Number(count)).toBeGreaterThan(120);
});
