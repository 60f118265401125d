/**
 * Traces of jobs for whoever collects them: spans are made from events, behind the log and on a
 * thread of their own, and sent over OTLP. Switched off, nothing of this is there.
 *
 * <p>{@link mirrorneuron.server.trace.SpanFold} knows which events begin and end a span, {@link
 * mirrorneuron.server.trace.Traces} reads them, {@link mirrorneuron.server.trace.OtlpExport} alone
 * sees the library that sends.
 */
@NullMarked
package mirrorneuron.server.trace;

import org.jspecify.annotations.NullMarked;
