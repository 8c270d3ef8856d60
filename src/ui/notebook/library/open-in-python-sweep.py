# neuron_notebook.sweep and attribution, as on the page: here by whole forward passes, and by PyTorch's own gradients.

_plots = types.ModuleType("plots")  # the page's own file
exec(r'''__PLOTS__''', _plots.__dict__)


class Records(list):
    """A list of dicts, one for each neuron."""

    completeness = ()

    def top(self, n=10):
        found = Records(sorted(self, key=lambda row: (-abs(row["effect"]), row["layer"], row["neuron"]))[:n])
        found.completeness = self.completeness
        return found

    def to_csv(self, path=None):
        """The records' own columns; the page writes further ones, which say where the numbers come from."""
        import csv, io

        file = io.StringIO() if path is None else open(path, "w", newline="", encoding="utf-8")
        with file:
            writer = csv.DictWriter(file, fieldnames=list(self[0]) if self else ["layer", "neuron"])
            writer.writeheader()
            writer.writerows(self)
            return file.getvalue() if path is None else None

    def plot(self, against=None):
        """Every neuron's effect as a line from 0, or against its effect in other records."""
        return _plots.effects(self) if against is None else _plots.against(self, against)


class _Sweep:
    """What the two functions below have in common."""

    def __init__(self, model, tokens, metric, layer, neurons, position, mask, positions, operation):
        ids = model.tokenizer(tokens)["input_ids"] if isinstance(tokens, str) else torch.as_tensor(tokens).tolist()
        ids = ids[0] if isinstance(ids[0], list) else ids
        masks = [i for i, id in enumerate(ids) if id == model.tokenizer.mask_token_id]
        if position is None and mask is None and len(masks) != 1:
            raise ValueError(f"The sentence has {len(masks)} masks; say which one is measured by position= or mask=.")
        self.model, self.ids = model, torch.tensor([ids])
        self.position = position if position is not None else masks[mask or 0]
        self.positions = [self.position] if positions is None else sorted(positions)
        one = lambda value, all: all if value is None else [value] if isinstance(value, int) else sorted(int(each) for each in value)
        self.layers = one(layer, list(range(model.cfg.n_layers)))
        self.neurons = one(neurons, list(range(model.cfg.d_mlp)))
        self.operation = operation
        self.kind, _, words = metric.partition(":")
        self.groups = [model.tokenizer.convert_tokens_to_ids(group.split(",")) for group in words.split("/")]
        with torch.no_grad():
            logits, cache = model.run_with_cache(self.ids)
        self.base = logits[:, self.position]
        self.cache = {layer: cache[f"blocks.{layer}.mlp.hook_post"][0] for layer in self.layers}
        self.before = self.measure(self.base)[0].item()

    def changed(self, activation, neurons):
        """Activations [..., n] of these neurons after the operation."""
        kind, _, amount = self.operation.partition(":") if isinstance(self.operation, str) else ("replace", "", "")
        if kind == "replace":
            return torch.as_tensor(self.operation, dtype=activation.dtype)[neurons].expand_as(activation)
        table = {
            "suppress": lambda a: a * 0,
            "enhance": lambda a: a * 2,
            "scale": lambda a: a * float(amount),
            "set": lambda a: a * 0 + float(amount),
            "add": lambda a: a + float(amount),
        }
        return table[kind](activation)

    def measure(self, logits):
        """The metric of rows of logits [B, V]."""
        log_p = logits.log_softmax(-1)
        side = [log_p[:, group].logsumexp(-1) if group else None for group in self.groups]
        if self.kind == "kl":
            old = self.base.log_softmax(-1)
            return (old.exp() * (old - log_p)).sum(-1)
        if self.kind == "rank":
            return (logits > logits[:, self.groups[0]]).sum(-1) + 1
        return {
            "probability": lambda: side[0].exp(),
            "log-probability": lambda: side[0],
            "difference": lambda: side[0].exp() - side[1].exp(),
            "log-odds": lambda: side[0] - side[1],
        }[self.kind]()

    def record(self, layer, neuron, effect, exact):
        activation = self.cache[layer][self.positions[0], neuron].item()
        return dict(layer=layer, neuron=neuron, activation=activation, before=self.before, after=self.before + effect, effect=effect, exact=exact)

    def measured(self, layer, activations):
        """The metric [B] with activations [B, len(positions), F] of a layer in the place of its own."""

        def replace(value, hook):
            value[:, self.positions] = activations
            return value

        rows = self.ids.repeat(len(activations), 1)
        logits = self.model.run_with_hooks(rows, fwd_hooks=[(f"blocks.{layer}.mlp.hook_post", replace)])
        return self.measure(logits[:, self.position])


def sweep(model, tokens, *, metric, layer=None, neurons=None, position=None, mask=None, positions=None, operation="suppress"):
    """What changing each neuron alone does to the metric: whole forward passes, 64 neurons at a time."""
    asked = _Sweep(model, tokens, metric, layer, neurons, position, mask, positions, operation)
    found = Records()
    with torch.no_grad():
        for at in asked.layers:
            for some in torch.tensor(asked.neurons).split(64):
                base = asked.cache[at][asked.positions]
                rows = base.repeat(len(some), 1, 1)
                rows[torch.arange(len(some)), :, some] = asked.changed(base[:, some], some).T
                after = asked.measured(at, rows).tolist()
                found += [asked.record(at, int(neuron), value - asked.before, True) for neuron, value in zip(some, after)]
    return found


def attribution(model, tokens, *, metric, layer=None, neurons=None, position=None, mask=None, positions=None, operation="suppress",
                method="gradient", steps=None):
    """The same from gradients: "gradient", "ig-layer" (the mean over the path's points, both ends included) or "ig-neuron" (the trapezoid rule)."""
    asked = _Sweep(model, tokens, metric, layer, neurons, position, mask, positions, operation)
    steps = 20 if steps is None else steps
    found = Records()

    def gradients(at, activations):
        activations = activations.clone().requires_grad_()
        with torch.enable_grad():
            values = asked.measured(at, activations)
            return torch.autograd.grad(values.sum(), activations)[0]

    for at in asked.layers:
        base = asked.cache[at][asked.positions]
        new = asked.changed(base, slice(None))
        change = new - base
        if method == "gradient":
            effects = (gradients(at, base[None])[0] * change).sum(0)
        elif method in ("ig-layer", "ig-neuron"):
            weights = torch.full((steps,), 1 / steps)
            if method == "ig-neuron":
                weights = torch.full((steps,), 1 / (steps - 1))
                weights[[0, -1]] /= 2
            path = torch.linspace(0, 1, steps)[:, None, None]
            effects = torch.zeros(model.cfg.d_mlp)
            for moving in [asked.neurons] if method == "ig-layer" else [[neuron] for neuron in asked.neurons]:
                rows = base.repeat(steps, 1, 1)
                rows[:, :, moving] = new[:, moving] - path * change[:, moving]
                slope = (gradients(at, rows)[:, :, moving] * weights[:, None, None]).sum(0)
                effects[moving] = (slope * change[:, moving]).sum(0)
        else:
            raise ValueError(f"There is no attribution by the method {method}.")
        found += [asked.record(at, neuron, effects[neuron].item(), False) for neuron in asked.neurons]
    return found


neuron_notebook.sweep, neuron_notebook.attribution = sweep, attribution
