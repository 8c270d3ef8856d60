from collections import namedtuple
import torch
from transformer_lens import HookedEncoder
import transformer_lens.utils as utils
torch.set_grad_enabled(False)
Neuron = namedtuple("Neuron", ["layer", "idx"])
Effect = namedtuple("Effect", "neuron word before after")
model = HookedEncoder.from_pretrained("minibert-blimp")
def probabilities(sentence, words, neuron=None):
    tokens = model.tokenizer(sentence, return_tensors="pt")
    at = tokens.input_ids[0].tolist().index(model.tokenizer.mask_token_id)
    def patch(x, hook):
        x[0, at, neuron.idx] = 0.
        return x
    hooks = [(utils.get_act_name("mlp_post", neuron.layer), patch)] if neuron else []
    logits = model.run_with_hooks(tokens["input_ids"], fwd_hooks=hooks)
    return logits[0, at].softmax(0)[model.tokenizer.convert_tokens_to_ids(words)].tolist()
words = ["this", "those"]
effects = []
for neuron in (Neuron(9, 1094), Neuron(10, 7), Neuron(11, 500)):
    for sentence in ("Raymond is selling [MASK] sketches.", "Raymond is selling [MASK] sketch."):
        for word, b, a in zip(words, probabilities(sentence, words), probabilities(sentence, words, neuron)):
            effects.append(Effect(neuron, word, b, a))
for e in effects:
    print(f"L{e.neuron.layer} N{e.neuron.idx:<5}{e.word:<6}{e.before:.3e} -> {e.after:.3e}")
print(len([dict(word=e.word, change=e.after - e.before) for e in effects if e.neuron == (9, 1094)]))
