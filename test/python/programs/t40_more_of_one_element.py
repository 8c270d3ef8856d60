import torch
x = torch.tensor([-2.5, -1., -0.5, 0., 0.5, 1., 3.])
y = torch.tensor([-3, -1, 0, 2, 5, 7, 3])
n = torch.tensor([float("nan"), float("inf"), -float("inf"), 0., 1.])
for name in "tan asin acos atan sinh cosh asinh acosh atanh exp2 erfc frac sgn signbit isposinf isneginf isreal rad2deg deg2rad positive negative absolute arcsin arccos arctan fix logit square reciprocal".split():
    for given in (x, x.double(), y, n):
        try:
            print(name, getattr(torch, name)(given))
        except Exception as error:
            print(name, type(error).__name__)
other = torch.tensor([2., -2., 0., 3., -0.5, 1., 2.])
for name in "fmod atan2 hypot fmax fmin copysign logaddexp xlogy float_power ldexp heaviside greater less_equal not_equal arctan2".split():
    for given in ((x, other), (x, other.double()), (n, other[:5])):
        try:
            print(name, getattr(torch, name)(*given))
        except Exception as error:
            print(name, type(error).__name__)
print(torch.clamp_min(x, 0), torch.clamp_max(x, 0.5), torch.fmod(y, 3), torch.fmod(x, 2), torch.float_power(2, x), torch.xlogy(2, x.abs()), torch.bitwise_and(y, 3), torch.bitwise_or(y, y), torch.bitwise_xor(y, 1), torch.bitwise_not(y))
z = x.clone(); z.sin_(); print(z); z.trunc_(); print(z); z.neg_(); print(z); z.square_(); print(z, torch.msort(other), torch.logit(torch.tensor([0.1, 0.5]), eps=0.2))
print(torch.finfo(torch.float32), torch.finfo(torch.float64), torch.finfo().eps, torch.iinfo(torch.int64), torch.finfo(torch.float32).max, torch.finfo(torch.float64).tiny)
print(torch.get_default_dtype(), torch.cuda.is_available(), torch.cuda.device_count(), torch.backends.mps.is_available(), torch.backends.mps.is_built(), torch.backends.cudnn.is_available() in (True, False), torch.__version__[:2])
torch.backends.cudnn.deterministic = True
torch.backends.cudnn.benchmark = False
torch.cuda.manual_seed_all(0)
for what in ("cuda", "cuda:1", "cpu", "cpu:0", "mps", "gpu", "cuda:x", "", 0, None):
    try:
        d = torch.device(what)
        print([d], d, d.type, d.index, d == torch.device("cuda"), d == torch.device("cpu"), d == "cpu")
    except Exception as error:
        print(what, type(error).__name__)
print([torch.device("cuda", 1)], {torch.device("cpu"): 1}[torch.device("cpu")], torch.device(torch.device("cpu")))
