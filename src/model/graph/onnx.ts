// A small builder over the ONNX protobuf: nodes are added in order, weights are references into external files, and
// nothing here knows of BERT, Node or a page.

import { create, toBinary } from "@bufbuild/protobuf";
import {
  AttributeProtoSchema,
  AttributeProto_AttributeType as AttributeType,
  TensorProto_DataLocation as DataLocation,
  TensorProto_DataType as DataType,
  GraphProtoSchema,
  ModelProtoSchema,
  type NodeProto,
  NodeProtoSchema,
  type TensorProto,
  TensorProtoSchema,
  type ValueInfoProto,
  ValueInfoProtoSchema,
} from "onnx-buf";
import type { Attribute, Value } from "../families/index.ts";
import { elementsOf } from "./layout.ts";

export type { Value };

/** where a weight lies: an fp32 tensor inside an external data file */
export interface Weight {
  name: string;
  shape: readonly number[];
  /** the external data file's name as the session is told it */
  location: string;
  /** bytes from the start of that file */
  offset: number;
}

/** a number is a fixed dimension, a string a named one */
type Dimension = number | string;

const IR_VERSION = 10n;
const OPSET = 20n;
/** operators of ONNX Runtime itself: fused attention */
export const MICROSOFT = "com.microsoft";

/** Collects one graph and writes it as the bytes of an ONNX model. */
export class GraphBuilder {
  readonly #name: string;
  readonly #nodes: NodeProto[] = [];
  readonly #initializers = new Map<string, TensorProto>();
  readonly #weights = new Map<string, Weight>();
  readonly #inputs: ValueInfoProto[] = [];
  readonly #outputs: ValueInfoProto[] = [];

  constructor(name: string) {
    this.#name = name;
  }

  /** Declare a graph input. */
  input(name: string, type: "float" | "int64", shape: readonly Dimension[]): Value {
    this.#inputs.push(valueInfo(name, type, shape));
    return name;
  }

  /** Declare an existing value as a graph output. */
  output(name: Value, shape: readonly Dimension[]): void {
    this.#outputs.push(valueInfo(name, "float", shape));
  }

  /** A weight of an external file; asking twice gives the same value. */
  weight(weight: Weight): Value {
    this.#weights.set(weight.name, weight);
    return weight.name;
  }

  /** every weight that was asked for */
  get weights(): Weight[] {
    return [...this.#weights.values()];
  }

  /** A constant list of integers, as shapes are. */
  integers(name: string, values: readonly number[]): Value {
    const tensor = create(TensorProtoSchema, {
      name,
      dataType: DataType.INT64,
      dims: [BigInt(values.length)],
      int64Data: values.map(BigInt),
    });
    this.#initializers.set(name, tensor);
    return name;
  }

  /** A constant fp32 number, a tensor without dimensions. */
  number(name: string, value: number): Value {
    const tensor = create(TensorProtoSchema, { name, dataType: DataType.FLOAT, floatData: [value] });
    this.#initializers.set(name, tensor);
    return name;
  }

  /** A constant table of fp32 numbers. */
  table(name: string, rows: readonly (readonly number[])[]): Value {
    const dims = [BigInt(rows.length), BigInt(rows[0]!.length)];
    const tensor = create(TensorProtoSchema, {
      name,
      dataType: DataType.FLOAT,
      dims,
      floatData: rows.flat(),
    });
    this.#initializers.set(name, tensor);
    return name;
  }

  /** Append a node with one output and return that output. */
  node(
    opType: string,
    inputs: Value[],
    output: Value,
    attributes: Record<string, Attribute> = {},
    domain = "",
  ): Value {
    const attribute = Object.entries(attributes).map(([name, value]) => {
      if (typeof value === "number")
        return create(AttributeProtoSchema, { name, type: AttributeType.INT, i: BigInt(value) });
      if ("text" in value) {
        const s = new TextEncoder().encode(value.text);
        return create(AttributeProtoSchema, { name, type: AttributeType.STRING, s });
      }
      if ("float" in value)
        return create(AttributeProtoSchema, { name, type: AttributeType.FLOAT, f: value.float });
      return create(AttributeProtoSchema, { name, type: AttributeType.INTS, ints: value.map(BigInt) });
    });
    this.#nodes.push(
      create(NodeProtoSchema, { opType, name: output, input: inputs, output: [output], attribute, domain }),
    );
    return output;
  }

  /**
   * The model's bytes.
   * @param weights how it comes by them: as references into external files, or as inputs of their names
   */
  serialize(weights: "external" | "inputs" = "external"): Uint8Array {
    const external = weights === "external" ? this.weights.map(externalTensor) : [];
    const inputs =
      weights === "inputs" ? this.weights.map(({ name, shape }) => valueInfo(name, "float", shape)) : [];
    const graph = create(GraphProtoSchema, {
      name: this.#name,
      node: this.#nodes,
      initializer: [...external, ...this.#initializers.values()],
      input: [...this.#inputs, ...inputs],
      output: this.#outputs,
    });
    const model = create(ModelProtoSchema, {
      irVersion: IR_VERSION,
      producerName: "neuron-notebook",
      opsetImport: [
        { domain: "", version: OPSET },
        { domain: MICROSOFT, version: 1n },
      ],
      graph,
    });
    return toBinary(ModelProtoSchema, model);
  }
}

function externalTensor({ name, shape, location, offset }: Weight): TensorProto {
  const entries = { location, offset: String(offset), length: String(4 * elementsOf(shape)) };
  return create(TensorProtoSchema, {
    name,
    dataType: DataType.FLOAT,
    dims: shape.map(BigInt),
    dataLocation: DataLocation.EXTERNAL,
    externalData: Object.entries(entries).map(([key, value]) => ({ key, value })),
  });
}

function valueInfo(name: string, type: "float" | "int64", shape: readonly Dimension[]): ValueInfoProto {
  const dim = shape.map((dimension) => ({
    value:
      typeof dimension === "number"
        ? { case: "dimValue" as const, value: BigInt(dimension) }
        : { case: "dimParam" as const, value: dimension },
  }));
  const elemType = type === "float" ? DataType.FLOAT : DataType.INT64;
  return create(ValueInfoProtoSchema, {
    name,
    type: { value: { case: "tensorType", value: { elemType, shape: { dim } } } },
  });
}
