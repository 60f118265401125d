/**
 * Numbers about the server, for dashboards and alarms: {@link mirrorneuron.server.metrics.Metric}
 * lists them, {@link mirrorneuron.server.metrics.MetricsRoutes} reads and serves them. Nothing is
 * counted here: whoever does something counts it, and a reader asks.
 */
@NullMarked
package mirrorneuron.server.metrics;

import org.jspecify.annotations.NullMarked;
