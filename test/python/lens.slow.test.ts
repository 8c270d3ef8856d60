// transformer_lens's facade over a stand-in for the engine, in Node: what is only on the page, and what reaches the engine.

import { beforeAll, beforeEach, describe, expect, test } from "vitest";
import { type Python, startPython } from "./python.ts";
import { StandIn, tiny } from "./stand-in.ts";

const engine = new StandIn();
let python: Python;
beforeAll(async () => {
  python = await startPython(engine.bridge);
  python.run("import torch\nfrom transformer_lens import HookedEncoder, utils");
  python.run(
    "model = HookedEncoder.from_pretrained('tiny')\nids = model.tokenizer('this [MASK]', return_tensors='pt')['input_ids']",
  );
}, 120_000);
beforeEach(() => engine.clear());

/** the last line of a cell's error */
const sentence = (source: string) => (python.run(source).outputs.at(-1)?.traceback as string[]).at(-1);

describe("a tokenizer", () => {
  const printed = (expression: string) =>
    python
      .run(`odd = HookedEncoder.from_pretrained('odd').tokenizer\nprint(${expression})`)
      .printed.trim()
      .split("\n")
      .at(-1);

  test("has the model's own special tokens", () => {
    expect(printed("odd.mask_token, odd.mask_token_id")).toBe("<mask> 4");
    expect(printed("odd.all_special_tokens")).toBe("['[UNK]', '[SEP]', '[PAD]', '[CLS]', '<mask>']");
    expect(printed("odd.convert_tokens_to_ids(['<mask>', '[MASK]', ''])")).toBe("[4, 1, 1]");
  });

  test("may have fewer tokens than the model has rows", () => {
    expect(printed("HookedEncoder.from_pretrained('odd').cfg.d_vocab")).toBe("12");
    expect(printed("odd.vocab_size, len(odd)")).toBe("6 7");
    expect(printed("odd.convert_ids_to_tokens([5, 6, 7, 11])")).toBe("['this', None, '@user', None]");
    expect(printed("[odd.decode(11)], [odd.decode([5, 11, 6])]")).toBe("[''] ['this']");
  });

  test("finds an added token by what it is looked for, and knows it as it was written", () => {
    expect(printed("odd.get_vocab()['@USER'], odd.convert_tokens_to_ids(['@USER', '@user'])")).toBe(
      "7 [7, 1]",
    );
    expect(printed("odd.decode(7), len(odd)")).toBe("@user 7");
  });
});

describe("from_pretrained", () => {
  test.each([
    ["from_pretrained('bert-base-cased', cache_dir='/u/x').to('cuda').eval()", "open bert-base-cased"],
    ["from_pretrained('google-bert/bert-base-cased', device='cuda', fold_ln=False)", "open bert-base-cased"],
  ])("%s", (call, expected) => {
    expect(python.run(`m = HookedEncoder.${call}\nprint(m.cfg.n_layers, m.cfg.d_mlp)`).printed).toMatch(
      /into HookedEncoder\n(Moving model to device: {2}cuda\n)?2 3\n$/,
    );
    expect(engine.asked).toEqual([expected]);
  });
});

describe("hooks", () => {
  test("what a hook writes in place reaches the engine, and the model's name goes with the run", () => {
    python.run(
      "def zero(x, hook):\n    x[0, 2, 1] = 0.\n_ = model.run_with_hooks(ids, fwd_hooks=[(utils.get_act_name('mlp_post', 1), zero)])",
    );
    expect(engine.written).toEqual({ "blocks.1.mlp.hook_post": [1, 1, 1, 1, 1, 1, 1, 0, 1, 1, 1, 1] });
    expect(engine.asked).toEqual(["start tiny"]);
  });

  test("what a hook returns takes the activation's place", () => {
    python.run(
      "_ = model.run_with_hooks(ids, fwd_hooks=[('blocks.0.mlp.hook_post', lambda x, hook: x * 2)])",
    );
    expect(engine.written["blocks.0.mlp.hook_post"]).toEqual(new Array(12).fill(2));
  });

  test("an unknown name is refused with the list", () => {
    expect(sentence("model.run_with_hooks(ids, fwd_hooks=[('blocks.0.attn.hook_pattern', print)])")).toBe(
      "ValueError: No hook can be on blocks.0.attn.hook_pattern on this page. Hooks and caches can be on " +
        "blocks.{l}.mlp.hook_post (l = 0, 1), blocks.{l}.hook_resid_pre (l = 0, 1), " +
        "blocks.{l}.hook_normalized_resid_post (l = 0, 1), hook_full_embed.",
    );
    expect(engine.asked).toEqual([]);
  });

  test("what ours call in Python's own library stays out of tracebacks, and the hook's own lines do not", () => {
    const trace = (hooks: string) =>
      (
        python.run(
          `def fails(x, hook):\n    raise ValueError(1)\nmodel.run_with_hooks(ids, fwd_hooks=[${hooks}])`,
        ).outputs[0]?.traceback as string[]
      ).join("\n");
    expect(trace("('x', print)")).not.toMatch(/contextlib|\/lib\//);
    const inHook = trace("('blocks.0.mlp.hook_post', fails)");
    expect(inHook).toMatch(/line 3, in <module>.*line 2, in fails/s);
    expect(inHook).not.toMatch(/contextlib|\/lib\//);
  });

  test("two points at one place are one stop of the engine, passed in order", () => {
    const { printed } = python.run(`
seen = []
def first(x, hook):
    seen.append(hook.name)
    return x * 2
def second(x, hook):
    seen.append((hook.name, x.sum().item()))
    x[0, 0] = 5.
_ = model.run_with_hooks(ids, fwd_hooks=[("blocks.1.hook_resid_pre", second), ("blocks.0.hook_normalized_resid_post", first)])
print(seen)
print(model.hook_full_embed.name, model.blocks[1].hook_resid_pre.layer(), model.blocks[1].mlp.hook_post.name)`);
    expect(printed).toBe(
      "['blocks.0.hook_normalized_resid_post', ('blocks.1.hook_resid_pre', 32.0)]\n" +
        "hook_full_embed 1 blocks.1.mlp.hook_post\n",
    );
    const row = [5, 5, 5, 5, ...new Array(12).fill(2)];
    expect(engine.written).toEqual({ "blocks.0.hook_normalized_resid_post": row });
  });

  test.each([
    ["lambda x, hook: x[0]", "returned torch.float32 [4, 3]"],
    ["lambda x, hook: 0", "returned an object of type int"],
    ["lambda x, hook: x.long()", "returned torch.int64"],
  ])("%s is refused, and its run given up", (hook, part) => {
    expect(sentence(`model.run_with_hooks(ids, fwd_hooks=[('blocks.0.mlp.hook_post', ${hook})])`)).toContain(
      part,
    );
    expect(engine.asked).toEqual(["start tiny", "drop true"]);
  });

  test.each([
    ["where the run does not stand still", "[('blocks.0.mlp.hook_post', adds)]"],
    [
      "where the run only reads",
      "[('blocks.0.mlp.hook_post', adds), *model.get_caching_hooks('blocks.1.mlp.hook_post')[1]]",
    ],
  ])("one that a hook adds further on, %s, is refused, and its run given up", (_, hooks) => {
    python.run("def adds(x, hook):\n    model.add_hook('blocks.1.mlp.hook_post', lambda x, hook: x * 0)");
    expect(sentence(`model.run_with_hooks(ids, fwd_hooks=${hooks})`)).toBe(
      "RuntimeError: A hook on blocks.0.mlp.hook_post has added one on blocks.1.mlp.hook_post while the model runs, " +
        "which this page cannot do: add the hook on blocks.1.mlp.hook_post before the run, " +
        "and let it do nothing until it is wanted.",
    );
    expect(engine.asked).toEqual(["start tiny", "drop true"]);
    python.run("model.reset_hooks()");
  });

  test("an error in a hook takes the hook away", () => {
    expect(
      sentence("model.run_with_hooks(ids, fwd_hooks=[('blocks.0.mlp.hook_post', lambda x, hook: 1 / 0)])"),
    ).toBe("ZeroDivisionError: division by zero");
    expect(python.run("print([p for p in model.hook_dict.values() if p.fwd_hooks])").printed).toBe("[]\n");
  });

  test.each([
    ["model.run_with_hooks(ids, bwd_hooks=[('x', print)])", "no backward hooks"],
    ["model.run_with_cache(ids, pos_slice=1)", "pos_slice is not on this page"],
    ["model.W_all", "HookedEncoder has no 'W_all' on this page"],
    ["model.train()", "no training"],
    [
      "model.run_with_cache(ids, names_filter='blocks.0.mlp.hook_post')[1]['pre', 0]",
      "blocks.0.mlp.hook_pre is not on this page. The cache holds blocks.0.mlp.hook_post.",
    ],
  ])("%s is refused", (source, part) => {
    expect(sentence(source)).toContain(part);
  });
});

describe("a batch", () => {
  test.each([
    ["one_zero_attention_mask=torch.ones_like(ids) > 0", "one_zero_attention_mask", "torch.bool [1, 4]"],
    ["one_zero_attention_mask=torch.ones_like(ids)[0]", "one_zero_attention_mask", "torch.int64 [4]"],
    ["token_type_ids=[[0, 0]]", "token_type_ids", "an object of type list"],
  ])("with %s is refused", (argument, name, what) => {
    expect(sentence(`model(ids, ${argument})`)).toBe(
      `RuntimeError: ${name} is a tensor of numbers [batch, position], as the tokens are, not ${what}. ` +
        "Of one row make row.unsqueeze(0), of bools mask.long().",
    );
    expect(engine.asked).toEqual([]);
  });

  test("is one run, whatever its size; mask and token types go with it", () => {
    python.run(`
both = ids.repeat(70, 1)
mask = torch.ones_like(both)
mask[1, 0] = 0
_ = model.run_with_hooks(both, token_type_ids=torch.ones_like(both), one_zero_attention_mask=mask,
                         fwd_hooks=[('blocks.0.mlp.hook_post', lambda x, hook: x)])`);
    expect(engine.asked).toEqual(["start tiny"]);
    const rows = Array.from({ length: 70 }, () => [1, 1, 1, 1]);
    expect(engine.given.types).toEqual(rows);
    expect(engine.given.mask).toEqual(rows.with(1, [0, 1, 1, 1]));
    expect(engine.written["blocks.0.mlp.hook_post"]).toHaveLength(70 * 4 * tiny.dMlp);
  });

  test("what only reads stops nowhere and sends nothing back", () => {
    expect(python.run("print(len(model.run_with_cache(ids)[1]))").printed).toBe("7\n");
    expect(engine.given).toMatchObject({ stops: [], read: tiny.points });
    expect(engine.written).toEqual({});
  });

  test("a hook sees what was read on the way before it, and what it writes the points after it", () => {
    const { printed } = python.run(`
seen = []
kept = model.add_caching_hooks(["blocks.0.mlp.hook_post", "blocks.1.mlp.hook_post"])
def look(x, hook):
    seen.append(list(kept))
    return x * 2
_ = model.run_with_hooks(ids, fwd_hooks=[("blocks.0.hook_normalized_resid_post", look)])
model.reset_hooks()
print(seen, list(kept), [x.shape for x in kept.values()])`);
    expect(printed).toBe(
      "[['blocks.0.mlp.hook_post']] ['blocks.0.mlp.hook_post', 'blocks.1.mlp.hook_post'] " +
        "[torch.Size([1, 4, 3]), torch.Size([1, 4, 3])]\n",
    );
    expect(engine.given.stops).toEqual(["blocks.0.hook_normalized_resid_post"]);
    expect(Object.keys(engine.written)).toEqual(["blocks.0.hook_normalized_resid_post"]);
  });
});

describe("logits leave the engine where they are looked at", () => {
  test.each<[key: string, rows: number[], shown: string]>([
    ["[0, 2]", [1], "[2.0, 2.0]"],
    ["[1, -1, 3]", [1], "7.0"],
    ["[:, 1, :1]", [2], "[[1.0], [5.0]]"],
    ["[1]", [4], "[[4.0, 4.0], [5.0, 5.0], [6.0, 6.0], [7.0, 7.0]]"],
    ["[torch.arange(2), torch.tensor([3, 0])]", [2], "[[3.0, 3.0], [4.0, 4.0]]"],
    ["[torch.tensor([[False] * 4, [True] + [False] * 3])]", [1], "[[4.0, 4.0]]"],
    ["[0, [1, 2], [0, 1]]", [2], "[1.0, 2.0]"],
    ["[..., :2].sum()", [8], "56.0"],
    [".argmax(-1)[1, 1:3]", [8], "[0, 0]"],
    ["[None, 0, 0]", [8], ""],
  ])("logits%s", (key, rows, shown) => {
    python.run("logits = model(ids.repeat(2, 1))");
    expect(engine.predicted).toEqual([]);
    const show = "x.tolist() if x.ndim < 2 else [r[:2] for r in x.tolist()]";
    const { printed } = python.run(
      `x = logits${key}\nprint(${shown === "" ? "''" : `[v for v in [${show}]][0]`})`,
    );
    expect(printed.trim().replace(/^\[(\d\.\d, \d\.\d)(, \d\.\d)+\]$/, "[$1]")).toBe(shown);
    expect(engine.predicted).toEqual(rows);
  });

  test("each once, and in one storage: what is written into a view is seen", () => {
    const { printed } = python.run(`
logits = model(ids.repeat(2, 1))
row = logits[0, 2]
row[5] = -1.
print(logits[0, 2, 5].item(), logits[0, 2, 4].item(), logits[1, 0, 5].item(), logits[0, 2].tolist()[5])
print(logits.sum().item(), type(logits), isinstance(logits, torch.Tensor), logits.shape)`);
    expect(printed).toBe("-1.0 2.0 4.0 -1.0\n193.0 <class 'torch.Tensor'> True torch.Size([2, 4, 7])\n");
    expect(engine.predicted, "row 2, row 4, and the six others at once").toEqual([1, 1, 6]);
    expect(engine.completed, "once, at the second look").toEqual(["blocks.0.hook_normalized_resid_post"]);
  });

  test("a key that no tensor of this shape takes is refused in the tensor's own words", () => {
    python.run("logits = model(ids)");
    expect(sentence("logits[0, 4]")).toBe("IndexError: index 4 is out of bounds for dimension 1 with size 4");
    expect(sentence("logits[0, 0, 0, 0]")).toBe("IndexError: too many indices for tensor of dimension 3");
    expect(engine.predicted).toEqual([]);
  });

  test("their .data can be changed, and is no other tensor's", () => {
    python.run("logits = model(ids)");
    expect(sentence("logits.data = logits * 2")).toContain("use logits.copy_(x)");
    const changed = "before = logits.clone()\nlogits.data += 1\nprint((logits - before).unique())";
    expect(python.run(changed).printed).toBe("tensor([1.])\n");
  });

  test("another model takes the engine only when they are complete", () => {
    python.run("_ = None");
    python.run("logits = model(ids)\nlogits[0, 1]\nother = HookedEncoder.from_pretrained('other')");
    expect(engine.predicted).toEqual([1, 3]);
    expect(python.run("print(logits.sum().item())").printed).toBe("42.0\n");
    expect(engine.predicted).toEqual([1, 3]);
  });
});

test("to_str_tokens", () => {
  expect(python.run("print(model.to_str_tokens('this [MASK]'), model.to_str_tokens(ids))").printed).toBe(
    "['[CLS]', 'this', '[MASK]', '[SEP]'] ['[CLS]', 'this', '[MASK]', '[SEP]']\n",
  );
});

test("a name that is misspelt is answered with the one it is near to, and nothing private", () => {
  const said = sentence("model.run_with_hook(ids)");
  expect(said).toMatch(/There are: .*, zero_grad\. Did you mean: 'run_with_hooks'\?$/);
  expect(said).not.toMatch(/[ ,]_/);
});

test("what is too long loses its end, and keeps [SEP] where there is one", () => {
  const cut = (more: string) =>
    python.run(
      `print(model.tokenizer('this these this these', truncation=True, max_length=3${more})['input_ids'])`,
    ).printed;
  expect(cut("")).toBe("[2, 5, 3]\n");
  expect(cut(", add_special_tokens=False")).toBe("[5, 6, 5]\n");
});
