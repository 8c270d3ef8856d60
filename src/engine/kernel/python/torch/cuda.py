"""There is no CUDA; `.to('cuda')` and `.cuda()` are accepted and change nothing."""

from ._missing import NO_GPU as _NO_GPU
from ._missing import WHY as _WHY
from ._missing import module_getattr as _module_getattr


def is_available():
    return False


def is_initialized():
    return False


def device_count():
    return 0


def empty_cache():
    pass


def manual_seed(seed):
    int(seed)


def manual_seed_all(seed):
    int(seed)


_WHY["torch.cuda"] = dict.fromkeys("get_device_name current_device get_device_properties synchronize memory_allocated".split(), _NO_GPU)
__getattr__ = _module_getattr("torch.cuda", globals())
