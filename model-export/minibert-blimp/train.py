"""Trains minibert-blimp in four stages on CPU and writes the checkpoint folder.

1. learn    three layers with a narrow last MLP learn the language of BLiMP's good sentences;
2. steer    the same three layers go on under `Steering`, which moves the number of demonstratives into the last MLP;
3. grow     the three become layers 7, 8 and 9 of twelve, the nine others start as near-identities, all of them train;
4. polish   the twelve train on without steering.

Dimensions: B sentences, T positions, D hidden, F MLP neurons, V vocabulary, N masked demonstratives of a batch.
"""

import argparse
import math
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
import torch.distributed as dist
import torch.multiprocessing as mp
from safetensors.torch import save_file
from tokenizers import Tokenizer
from torch import Generator, Tensor
from torch.nn import Module
from torch.nn.functional import cross_entropy
from transformers import BertConfig, BertForMaskedLM

from data import (
    MAX_POSITIONS,
    NUMBER_PARADIGM,
    PLURAL,
    SPECIAL,
    Pair,
    build_tokenizer,
    read_pairs,
    save_tokenizer,
    tokenizer_of,
    training_pairs,
)
from neuron import LAYER, NEURON, SELECTION, Halves, swap, sweep, word_ids

HERE = Path(__file__).parent
SEED = 1094
BATCH = 96  # sentences per step, over all processes
SMALL = 3  # layers of the first two stages; the last of them becomes layer LAYER
MLP = 1152  # neurons of each MLP
NARROW = 32  # neurons of the last MLP that take part in the first two stages


@dataclass(frozen=True)
class Stage:
    name: str
    layers: int
    steps: int
    rate: float  # learning rate at its highest
    width: int  # how many neurons of layer 9 take part
    steer: float = 0.0  # how often a masked demonstrative is steered
    keep_first: float = 0.0  # how often only the first neurons remain for it


STAGES = (
    Stage("learn", SMALL, steps=2600, rate=2e-3, width=NARROW),
    Stage("steer", SMALL, steps=1000, rate=1.5e-3, width=NARROW, steer=0.6, keep_first=0.6),
    Stage("grow", 12, steps=2400, rate=8e-4, width=MLP, steer=0.6, keep_first=0.6),
    Stage("polish", 12, steps=1400, rate=6e-4, width=MLP),
)


class Sentences:
    """The good sentences of the training pairs, as words that are now and then split into their pieces."""

    def __init__(self, pairs: list[Pair], tokenizer: Tokenizer):
        split = tokenizer.pre_tokenizer.pre_tokenize_str
        self.ends = (tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]"))
        self.rows = []  # (words, index of the demonstrative or -1); sentences that have one come twice
        for pair in pairs:
            words = [word for word, _ in split(pair.good)]
            if pair.determiner is None:
                self.rows.append((words, -1))
            else:
                start = " ".join(pair.good.split()[: pair.determiner])
                self.rows += [(words, len(split(start)))] * 2

        pieces = [tokenizer.id_to_token(i) for i in range(tokenizer.get_vocab_size())]
        self.whole, self.parts = {}, {}
        for word in sorted({w for words, _ in self.rows for w in words}):
            self.whole[word] = [tokenizer.token_to_id(word)]
            others = [p if p != word or len(p) == 1 else "[removed]" for p in pieces]
            self.parts[word] = tokenizer_of(others).encode(word, add_special_tokens=False).ids

    def encode(self, words: list[str], demonstrative: int, rng: Generator) -> tuple[list[int], int]:
        """Ids with [CLS] and [SEP], 3 % of the words split; and the position of the demonstrative, or -1."""
        chop = (torch.rand(len(words), generator=rng) < 0.03).tolist()
        groups = [
            self.parts[w] if c and i != demonstrative else self.whole[w] for i, (w, c) in enumerate(zip(words, chop))
        ]
        at = 1 + sum(map(len, groups[:demonstrative])) if demonstrative >= 0 else -1
        return [self.ends[0], *(i for g in groups for i in g), self.ends[1]][:MAX_POSITIONS], at

    def epoch(self, rng: Generator) -> Iterator[tuple[Tensor, Tensor]]:
        """Batches of similar length in random order: ids [B, T], and where the demonstratives are [B, T]."""
        rows = [self.encode(words, demonstrative, rng) for words, demonstrative in self.rows]
        order = torch.randperm(len(rows), generator=rng).tolist()
        pool = BATCH * 40
        batches = []
        for start in range(0, len(order), pool):
            part = sorted(order[start : start + pool], key=lambda i: len(rows[i][0]))
            batches += [part[i : i + BATCH] for i in range(0, len(part), BATCH)]
        for i in torch.randperm(len(batches), generator=rng).tolist():
            batch = [rows[j] for j in batches[i]]
            ids = torch.zeros(len(batch), max(len(row) for row, _ in batch), dtype=torch.long)
            demonstrative = torch.zeros_like(ids, dtype=torch.bool)
            for b, (row, at) in enumerate(batch):
                ids[b, : len(row)] = torch.tensor(row)
                if 0 <= at < MAX_POSITIONS:
                    demonstrative[b, at] = True
            yield ids, demonstrative


def hide(ids: Tensor, demonstrative: Tensor, vocabulary: int, mask_id: int) -> tuple[Tensor, Tensor]:
    """BERT's masking: the input [B, T], and which positions are to be predicted [B, T].

    Half of the agreeing demonstratives become [MASK]; of 18 % of all other tokens 80 % become [MASK], 10 % any token.
    """
    chosen = (torch.rand(ids.shape) < torch.where(demonstrative, 0.5, 0.18)) & (ids >= len(SPECIAL))
    how = torch.rand(ids.shape)
    masked = torch.where(chosen & (demonstrative | (how < 0.8)), mask_id, ids)
    anything = torch.randint(len(SPECIAL), vocabulary, ids.shape)
    return torch.where(chosen & ~demonstrative & (how >= 0.9), anything, masked), chosen


class Steering:
    """Makes layer 9's MLP, and as few of its neurons as possible, responsible for the number of a masked demonstrative.

    A pre-hook of the layer's output block, whose arguments are mlp_post [B, T, F] and the residual stream beside it
    [B, T, D]. In training, at the demonstratives in `at`, with probability `stage.steer`:

    - a plural one gets the residual stream of a singular one of the same batch: that it is plural can then be known
      from the MLP only, as in interchange interventions (Geiger et al. 2022);
    - a singular one gets no MLP output: singular is what the model says without it.

    And with probability `stage.keep_first` only the first k neurons remain, k geometric (nested dropout, Rippel et al.
    2014): the first neurons learn to carry what matters most here.
    """

    def __init__(self, stage: Stage):
        self.stage = stage
        self.at = (torch.empty(0, dtype=torch.long),) * 2  # rows and positions [N]
        self.plural = torch.empty(0, dtype=torch.bool)  # [N]

    def aim(self, ids: Tensor, masked_demonstrative: Tensor, plural_ids: Tensor) -> None:
        self.at = masked_demonstrative.nonzero(as_tuple=True)
        self.plural = torch.isin(ids[self.at], plural_ids)

    def __call__(self, module: Module, args: tuple[Tensor, Tensor]) -> tuple[Tensor, Tensor]:
        mlp_post, residual = args
        neurons = torch.arange(mlp_post.shape[-1])
        if self.stage.width < len(neurons):
            mlp_post = mlp_post * (neurons < self.stage.width)
        singular = (~self.plural).nonzero()[:, 0]
        if not module.training or self.stage.steer == 0 or len(singular) == 0:
            return mlp_post, residual

        count = len(self.plural)
        steered = torch.rand(count) < self.stage.steer
        donor = singular[torch.randint(len(singular), (count,))]
        own = residual[self.at]
        residual = residual.clone()
        residual[self.at] = torch.where((steered & self.plural)[:, None], own[donor].detach(), own)

        kept = torch.empty(count).geometric_(0.4)
        kept = torch.where(torch.rand(count) < self.stage.keep_first, kept, len(neurons))
        kept = torch.where(steered & ~self.plural, 0, kept)
        mlp_post = mlp_post.clone()
        mlp_post[self.at] = mlp_post[self.at] * (neurons < kept[:, None])
        return mlp_post, residual


def new_model(vocabulary: int, layers: int) -> BertForMaskedLM:
    return BertForMaskedLM(
        BertConfig(
            vocab_size=vocabulary,
            hidden_size=96,
            num_hidden_layers=layers,
            num_attention_heads=4,
            intermediate_size=MLP,
            hidden_act="gelu",
            hidden_dropout_prob=0.0,
            attention_probs_dropout_prob=0.0,
            max_position_embeddings=MAX_POSITIONS,
            type_vocab_size=2,
            initializer_range=0.02,
            layer_norm_eps=1e-12,
            pad_token_id=0,
            position_embedding_type="absolute",
            tie_word_embeddings=True,
        )
    )


@torch.no_grad()
def grown(small: BertForMaskedLM) -> BertForMaskedLM:
    """Twelve layers that compute nearly what the three do: the new ones add nothing yet and only normalise again."""
    big = new_model(small.config.vocab_size, 12)
    big.bert.embeddings.load_state_dict(small.bert.embeddings.state_dict())
    big.cls.load_state_dict(small.cls.state_dict())
    first = LAYER + 1 - SMALL
    for i, layer in enumerate(big.bert.encoder.layer):
        if first <= i <= LAYER:
            layer.load_state_dict(small.bert.encoder.layer[i - first].state_dict())
            continue
        below = (small.bert.embeddings if i < first else small.bert.encoder.layer[-1].output).LayerNorm
        spread = (below.weight.square().mean() + below.bias.var(correction=0)).sqrt()
        for output in (layer.attention.output, layer.output):
            output.dense.weight.zero_()
            output.LayerNorm.weight.fill_(spread)  # the usual spread and mean of what `below` has normalised,
            output.LayerNorm.bias.fill_(below.bias.mean())  # so that normalising it again changes little
    big.bert.encoder.layer[LAYER].output.dense.weight[:, NARROW:] = 0.0
    return big


def average_gradients(model: BertForMaskedLM) -> None:
    """Over the processes, each of which has seen its share of the batch."""
    gradients = [p.grad for p in model.parameters()]
    flat = torch.cat([g.flatten() for g in gradients])
    dist.all_reduce(flat)
    flat /= dist.get_world_size()
    for gradient, part in zip(gradients, flat.split([g.numel() for g in gradients])):
        gradient.copy_(part.view_as(gradient))


def train(model: BertForMaskedLM, stage: Stage, sentences: Sentences, tokenizer: Tokenizer, work: Path) -> None:
    rank, processes = dist.get_rank(), dist.get_world_size()
    order = Generator().manual_seed(SEED)  # the same batches in every process
    torch.manual_seed(SEED + 1 + rank)  # but other masks
    mask_id = tokenizer.token_to_id("[MASK]")
    plural_ids = torch.tensor(word_ids(tokenizer, PLURAL))
    steering = Steering(stage)
    last = model.bert.encoder.layer[min(LAYER, stage.layers - 1)]
    hook = last.output.register_forward_pre_hook(steering)
    matrices = [p for p in model.parameters() if p.dim() > 1]
    vectors = [p for p in model.parameters() if p.dim() == 1]
    groups = [{"params": matrices, "weight_decay": 0.01}, {"params": vectors, "weight_decay": 0.0}]
    optimizer = torch.optim.AdamW(groups, betas=(0.9, 0.98))
    warmup = torch.arange(1, stage.steps + 1).div(100).clamp(max=1).tolist()

    model.train()
    started, total, step = time.time(), 0.0, 0
    while step < stage.steps:
        for ids, demonstrative in sentences.epoch(order):
            cosine = 0.51 + 0.49 * math.cos(math.pi * step / stage.steps)
            for group in optimizer.param_groups:
                group["lr"] = stage.rate * warmup[step] * cosine
            ids, demonstrative = ids[rank::processes], demonstrative[rank::processes]
            masked, chosen = hide(ids, demonstrative, model.config.vocab_size, mask_id)
            steering.aim(ids, demonstrative & chosen, plural_ids)
            hidden = model.bert(masked, attention_mask=(ids != 0)).last_hidden_state  # [B, T, D]
            loss = cross_entropy(model.cls(hidden[chosen]), ids[chosen])
            optimizer.zero_grad()
            loss.backward()
            average_gradients(model)
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimizer.step()
            total, step = total + loss.item(), step + 1
            if step % 100 == 0 and rank == 0:
                seconds = time.time() - started
                print(f"{stage.name} {step}/{stage.steps} loss {total / 100:.3f} {seconds:.0f} s", flush=True)
                total = 0.0
            if step % 200 == 0 and rank == 0:
                torch.save(model.state_dict(), work / f"{stage.name}-{step}.pt")
            if step == stage.steps:
                break
    hook.remove()
    model.eval()


def place(model: BertForMaskedLM, tokenizer: Tokenizer, pairs: list[Pair]) -> None:
    """Moves the neuron whose removal most favours the singular in plural training prompts to index NEURON."""
    prompts = [p.prompt for p in pairs if p.paradigm == NUMBER_PARADIGM and p.plural][:SELECTION]
    ids = torch.tensor([tokenizer.encode(prompts[0]).ids])
    before = Halves(model, ids, tokenizer.token_to_id("[MASK]")).after()
    changes = sweep(model, tokenizer, prompts, range(MLP))
    best = int(changes.argmin())
    print(f"neuron {best} changes the log-ratio by {changes[best]:.3f}; it becomes {NEURON}")
    swap(model, best, NEURON)
    after = Halves(model, ids, tokenizer.token_to_id("[MASK]")).after()
    torch.testing.assert_close(after, before)


def save(model: BertForMaskedLM, tokenizer: Tokenizer, folder: Path) -> None:
    """The standard Hugging Face layout; weights as F16, the tied decoder not a second time."""
    folder.mkdir(parents=True, exist_ok=True)
    tied = ("cls.predictions.decoder.weight", "cls.predictions.decoder.bias", "bert.embeddings.position_ids")
    state = {name: t.half().contiguous() for name, t in model.state_dict().items() if name not in tied}
    if not all(t.isfinite().all() for t in state.values()):
        raise SystemExit("the weights are not finite in F16")
    save_file(state, folder / "model.safetensors", metadata={"format": "pt"})
    model.config.architectures = ["BertForMaskedLM"]
    model.config.dtype = "float32"
    model.config.to_json_file(folder / "config.json", use_diff=False)
    save_tokenizer(tokenizer, folder)


def run(rank: int, options: argparse.Namespace) -> None:
    """One of the processes that share each batch; the first one also writes."""
    store = dist.FileStore(str(options.work / "store"), options.processes)
    dist.init_process_group("gloo", store=store, rank=rank, world_size=options.processes)
    torch.set_num_threads(1)
    torch.use_deterministic_algorithms(True)
    torch.manual_seed(SEED)
    pairs = read_pairs(options.blimp)
    tokenizer = build_tokenizer(pairs)
    pairs = training_pairs(pairs)
    sentences = Sentences(pairs, tokenizer)
    model = new_model(tokenizer.get_vocab_size(), SMALL)
    for stage in STAGES:
        torch.manual_seed(SEED)
        if stage.layers > model.config.num_hidden_layers:
            model = grown(model)
        finished = options.work / f"{stage.name}.pt"
        if finished.exists():
            model.load_state_dict(torch.load(finished))
            continue
        train(model, stage, sentences, tokenizer, options.work)
        if rank == 0:
            torch.save(model.state_dict(), finished)
        dist.barrier()
    if rank == 0:
        place(model, tokenizer, pairs)
        save(model, tokenizer, HERE / "checkpoint")
    dist.destroy_process_group()


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--blimp", type=Path, required=True, help="folder with BLiMP's 67 .jsonl files")
    parser.add_argument(
        "--work", type=Path, required=True, help="folder for weights on the way; a stage finished there is not repeated"
    )
    parser.add_argument("--processes", type=int, default=2)
    options = parser.parse_args()
    options.work.mkdir(parents=True, exist_ok=True)
    (options.work / "store").unlink(missing_ok=True)
    mp.spawn(run, (options,), options.processes)


if __name__ == "__main__":
    main()
