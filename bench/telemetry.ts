// Prints what telemetry costs a sign-up on this machine. Nothing here passes or fails by its time.

import { context, metrics, trace } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import { BasicTracerProvider, BatchSpanProcessor, type SpanExporter } from "@opentelemetry/sdk-trace-base";
import { otelTelemetry } from "../src/telemetry/otel.js";
import { type Figure, measure, oneByOne, ratio } from "./measure.js";
import { micros, perSecond, printTable } from "./table.js";
import { createWorld } from "./world.js";

/** Takes every span and keeps none: what is left is the SDK's own work. */
const nowhere: SpanExporter = { export: (_, done) => done({ code: 0 }), shutdown: async () => {} };

const noop = otelTelemetry({ tracer: trace.getTracer("porchlight"), meter: metrics.getMeter("porchlight") });
context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
const tracers = new BasicTracerProvider({ spanProcessors: [new BatchSpanProcessor(nowhere)] });
const exporter = new InMemoryMetricExporter(AggregationTemporality.DELTA);
const meters = new MeterProvider({ readers: [new PeriodicExportingMetricReader({ exporter })] });
const sdk = otelTelemetry({ tracer: tracers.getTracer("porchlight"), meter: meters.getMeter("porchlight") });

const worlds = {
  "without telemetry": createWorld(),
  "with telemetry on the API's no-op": createWorld({ telemetry: noop }),
  "with telemetry on the SDK": createWorld({ telemetry: sdk }),
};
const figures: readonly Figure[] = await measure(
  Object.entries(worlds).map(([name, world]) => oneByOne(name, 20, () => world.signUp())),
  { rounds: 9, roundMs: 700 },
);
const [plain] = figures;
if (plain === undefined) throw new Error("Nothing was measured.");
printTable(
  "a sign-up (start, deliver, activate) with every port in memory and a hash that costs nothing",
  ["", "median µs", "p75 µs", "per second", "times the first"],
  figures.map((figure) => [
    figure.name,
    micros(figure.median),
    micros(figure.upper),
    perSecond(figure.median),
    ratio(figure, plain).toFixed(2),
  ]),
);
await meters.shutdown();
await tracers.shutdown();
