// The wall between Python and JavaScript. Python is one WebAssembly program: whatever a cell does to JavaScript, and by
// whatever trick in its own memory, it does through the functions which that program imports. Once cells may run, an object
// of JavaScript goes through them only if it was given to Python, or is plain data; in the place of every other there is an
// object with nothing on it. So there is no way from what Python has to a constructor, a port or the worker itself.

type Import = ((...args: unknown[]) => unknown) & { sig?: string };

/** of imports: they load or make code, or give a program new functions to call; nothing needs them after the start */
const shut = new Set([
  "_dlopen_js",
  "_dlsym_catchup_js",
  "_dlsym_js",
  "_emscripten_dlopen_js",
  "_emscripten_system",
  "emscripten_debugger",
  "emscripten_set_up_async_input_device_js",
  "ffi_call_js",
  "ffi_closure_alloc_js",
  "ffi_prep_closure_loc_js",
  "set_pyodide_module",
]);

/** of imports: they change objects, or make some of a class; they are given nothing to do so with */
const changing = new Set(["JsProxy_DelAttr_js", "JsProxy_SetAttr_js", "JsvFunction_Construct"]);

/** of imports: they pass Pyodide's own states and errors on, and look at nothing that Python names */
const inner = new Set([
  "JsvError_Check",
  "JsvError_Throw",
  "JsvFunction_Call_OneArg",
  "Jsv_GetError_import",
  "__hiwire_deduplicate_delete",
  "__hiwire_deduplicate_get",
  "__hiwire_deduplicate_new",
  "__hiwire_deduplicate_set",
  "_python2js_add_to_cache",
  "_python2js_addto_postprocess_list",
  "_python2js_cache_lookup",
  "_python2js_handle_postprocess_list",
  "destroy_jsarray_entries",
  "destroy_proxies",
  "destroy_proxies_js",
  "destroy_proxy",
  "gc_register_proxies",
  "get_suspender",
  "new_error",
  "proxy_cache_get",
  "proxy_cache_set",
  "restoreState",
  "saveState",
  "set_suspender",
]);

/** of imports: what they answer is made on the spot, of what they were given */
const making = new Set([
  "JsArray_repeat_js",
  "JsArray_reversed_iterator",
  "JsMap_GetIter_js",
  "JsModule_GetAll_js",
  "JsObjMap_GetIter_js",
  "JsProxy_Dir_js",
  "JsProxy_GetIter_js",
  "JsvArray_New",
  "JsvArray_ShallowCopy",
  "JsvArray_slice",
  "JsvLiteralMap_New",
  "JsvMap_New",
  "JsvObject_Entries",
  "JsvObject_Keys",
  "JsvObject_New",
  "JsvObject_Values",
  "JsvSet_New",
  "_pyproxyGen_make_result",
  "_pyproxy_get_buffer_result",
  "_python2js_buffer_inner",
  "array_to_js",
  "create_once_callable",
  "create_promise_handles",
  "get_async_js_call_done_callback",
  "python2js_custom__create_jscontext",
  "wrap_async_generator",
  "wrap_generator",
]);

/** what stands for an object that Python may not have */
const nothing = bare({});

const isObject = (value: unknown): value is object =>
  (typeof value === "object" && value !== null) || typeof value === "function";

export class Wall {
  readonly #given = new WeakSet<object>([nothing]);
  readonly #marks = new Set<unknown>();
  #up = false;
  #isPython: (value: object) => boolean = () => false;

  /** The imports of Python's program, behind this wall; before {@link close} they are what they were. */
  guard(imports: WebAssembly.ModuleImports): WebAssembly.ModuleImports {
    const guarded = Object.entries(imports).map(([name, value]) => [name, this.#guarded(name, value)]);
    return Object.fromEntries(guarded);
  }

  /**
   * From now on Python has what it was given, and no other object.
   * @param isPython whether an object is one of Python's own
   * @param marks objects by which Pyodide tells special values
   */
  close(isPython: (value: object) => boolean, marks: readonly unknown[]): void {
    this.#isPython = isPython;
    for (const mark of marks) this.#marks.add(mark);
    this.#up = true;
  }

  /** A record of functions for Python: a copy that has no prototypes and does not change. What they return is given, too. */
  expose(record: object): object {
    const copy: Record<string, unknown> = {};
    for (const [name, member] of Object.entries(record))
      copy[name] = typeof member === "function" ? this.#function(member) : this.expose(member);
    this.#given.add(copy);
    return bare(copy);
  }

  #function(own: (...args: never[]) => unknown): object {
    const call = (...args: never[]) => this.#give(own(...args));
    this.#given.add(call);
    return bare(call);
  }

  /** Let Python have plain data of ours: what is in lists and records, and what promises come to. */
  #give(value: unknown): unknown {
    if (value instanceof Promise)
      value.then(
        (result) => this.#give(result),
        () => {},
      );
    else if (Array.isArray(value)) for (const each of value) this.#give(each);
    else if (isObject(value) && Object.getPrototypeOf(value) === Object.prototype) {
      this.#given.add(value);
      for (const each of Object.values(value)) this.#give(each);
    }
    return value;
  }

  #mayHave(value: object): boolean {
    return (
      ArrayBuffer.isView(value) ||
      Array.isArray(value) ||
      this.#given.has(value) ||
      this.#marks.has(value) ||
      value instanceof Error ||
      value instanceof Promise ||
      this.#isPython(value)
    );
  }

  #through(value: unknown): unknown {
    return isObject(value) && !this.#mayHave(value) ? nothing : value;
  }

  #guarded(name: string, value: WebAssembly.ImportValue): WebAssembly.ImportValue {
    if (typeof value !== "function") return value;
    const original = value as Import;
    if (shut.has(name))
      return this.#whileOpen(original, () => {
        throw new Error(`${name} is closed to cells.`);
      });
    if (changing.has(name))
      return this.#whileOpen(original, (...args) =>
        original(...args.map((each) => (isObject(each) ? nothing : each))),
      );
    // "e" is an object of JavaScript
    if (inner.has(name) || !(original.sig?.includes("e") ?? true)) return value;
    return this.#whileOpen(original, (...args) => {
      const result = original(...args.map((each) => this.#through(each)));
      if (!isObject(result)) return result;
      if (making.has(name) || isStep(name, result)) this.#given.add(result);
      return this.#through(result);
    });
  }

  #whileOpen(original: Import, after: Import): Import {
    return (...args) => (this.#up ? after(...args) : original(...args));
  }
}

/** What an iterator answers is a new object each time. */
const isStep = (name: string, result: object) =>
  name.startsWith("JsvObject_CallMethod") && Object.getPrototypeOf(result) === Object.prototype;

/**
 * An object without a prototype, which does not change. Pyodide asks every object for its constructor's name, and if
 * there were none, would need a hundred times as long for an error that it catches.
 */
function bare(value: object): object {
  const unnamed = Object.freeze(Object.assign(Object.create(null), { name: "" }));
  Object.defineProperty(value, "constructor", { value: unnamed });
  return Object.freeze(Object.setPrototypeOf(value, null));
}
