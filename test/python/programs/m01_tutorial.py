from collections import namedtuple
import torch
from transformer_lens import HookedEncoder
import transformer_lens.utils as utils
torch.set_grad_enabled(False)
neuron = namedtuple('neuron', ['layer', 'idx'])
model_name = "bert-base-cased"
cache_dir='/u/csc485h/fall/pub/tl_models_cache/'
model = HookedEncoder.from_pretrained(model_name, cache_dir=cache_dir).to('cuda')
tokens = model.tokenizer('Raymond is selling [MASK] sketches.', return_tensors='pt')
mask_index = 4
kn = neuron(9, 1094)
dets = ['this', 'that', 'these', 'those', 'the', 'some']
det_ids = model.tokenizer.convert_tokens_to_ids(dets)
orig_probs = model(tokens['input_ids'])[0, mask_index].softmax(0)[det_ids]
def patch(x, hook):
    x[0, mask_index, kn.idx] = 0.
    return x
logits = model.run_with_hooks(
    tokens['input_ids'],
    fwd_hooks = [(utils.get_act_name('mlp_post', kn.layer), patch)]
)
probs = logits[0, mask_index].softmax(0)[det_ids]
print('det', 'original', 'after erase kn', 'delta', sep='\t')
for det, orig_prob, prob in zip(dets, orig_probs, probs):
    print(det, f'{orig_prob.item():.3e}', f'{prob.item():.3e}', f'{(prob-orig_prob)/(orig_prob):+.2%}', sep='\t')
