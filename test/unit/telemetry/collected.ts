import { context } from "@opentelemetry/api";
import { AsyncLocalStorageContextManager } from "@opentelemetry/context-async-hooks";
import {
  AggregationTemporality,
  InMemoryMetricExporter,
  MeterProvider,
  PeriodicExportingMetricReader,
} from "@opentelemetry/sdk-metrics";
import {
  BasicTracerProvider,
  InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
} from "@opentelemetry/sdk-trace-base";
import { type OtelTelemetry, otelTelemetry } from "porchlight/telemetry/otel";

/** One series of a metric: its attributes and how much was counted. */
export interface Series {
  readonly name: string;
  readonly unit: string;
  readonly attributes: Readonly<Record<string, unknown>>;
  readonly value: unknown;
}

/** The adapter on OpenTelemetry's own SDK, with everything that it exports. */
export interface Collected {
  readonly telemetry: OtelTelemetry;
  readonly spans: () => readonly ReadableSpan[];
  readonly series: () => Promise<readonly Series[]>;
}

export function collect(): Collected {
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
  const spanExporter = new InMemorySpanExporter();
  const tracers = new BasicTracerProvider({ spanProcessors: [new SimpleSpanProcessor(spanExporter)] });
  const metricExporter = new InMemoryMetricExporter(AggregationTemporality.CUMULATIVE);
  const reader = new PeriodicExportingMetricReader({ exporter: metricExporter, exportIntervalMillis: 3_600_000 });
  const meters = new MeterProvider({ readers: [reader] });
  return {
    telemetry: otelTelemetry({ tracer: tracers.getTracer("porchlight"), meter: meters.getMeter("porchlight") }),
    spans: () => spanExporter.getFinishedSpans(),
    async series() {
      await reader.forceFlush();
      const newest = metricExporter.getMetrics().at(-1);
      const metrics = newest?.scopeMetrics.flatMap((scope) => scope.metrics) ?? [];
      return metrics.flatMap(({ descriptor: { name, unit }, dataPoints }) =>
        dataPoints.map(({ attributes, value }) => ({ name, unit, attributes, value })),
      );
    },
  };
}
