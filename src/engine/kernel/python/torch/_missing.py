"""What is said of a name that this torch does not have: one sentence with the nearest there is."""

from difflib import get_close_matches

NO_GRADIENTS = "there are no gradients on the page, so nothing can be trained here, only computed; leave requires_grad out"
TYPES = "a tensor's numbers are float32, float64, int64 or bool here"
NO_FILES = "Python's json keeps numbers, as in json.dump(x.tolist(), open('x.json', 'w'))"
NO_NUMPY = "there is no numpy; .tolist() gives Python's numbers, and torch.tensor() takes them"
NO_TRAINING = "there are no gradients, so nothing can be trained here, only computed"
NO_GPU = "tensors are on the cpu; torch.cuda.is_available() says so"
NO_COMPILER = "there is nothing to compile; call the function itself"

# by what has been asked
WHY = {
    "torch": {
        **dict.fromkeys(
            "float16 half bfloat16 int8 int16 short int32 int uint8 complex64 cfloat complex128 HalfTensor IntTensor ByteTensor".split(),
            TYPES,
        ),
        **dict.fromkeys("save load".split(), NO_FILES),
        **dict.fromkeys("from_numpy frombuffer".split(), NO_NUMPY),
        **dict.fromkeys("autograd enable_grad func vmap amp autocast".split(), NO_TRAINING),
        **dict.fromkeys("compile jit export fx onnx".split(), NO_COMPILER),
        "svd": "torch.linalg.svdvals() gives the singular values; the vectors' signs differ between machines",
    },
    "Tensor": {
        **dict.fromkeys("half bfloat16 int short byte char".split(), TYPES),
        **dict.fromkeys("backward retain_grad register_hook".split(), NO_TRAINING),
        "numpy": "there is no numpy; .tolist() gives Python's numbers",
        "svd": "torch.linalg.svdvals() gives the singular values; the vectors' signs differ between machines",
    },
    "torch.linalg": {"svd": "torch.linalg.svdvals() gives the singular values; the vectors' signs differ between machines"},
}


def missing(what, name, names):
    """The error for a name that `what` has not; `names` are those it has."""
    why = WHY.get(what, {}).get(name)
    if why is None:
        close = get_close_matches(name.lower(), names, 3) or [other for other in names if len(name) > 3 and name.lower() in other.lower()][:3]
        mine = "x." if what == "Tensor" else f"{what}."
        if close:
            why = f"the nearest there is: {', '.join(mine + other for other in close)}"
        else:
            why = f"dir({'x' if what == 'Tensor' else what}) lists what there is"
    return AttributeError(f"{what}.{name} is not on the page: {why}.")


def module_getattr(what, module):
    """The __getattr__ of a module of this package."""

    def __getattr__(name):
        if name.startswith("__"):
            raise AttributeError(name)
        raise missing(what, name, public_names(module))

    return __getattr__


def public_names(module):
    return sorted(name for name in module if not name.startswith("_"))
