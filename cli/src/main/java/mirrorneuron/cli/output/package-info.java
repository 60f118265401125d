/**
 * How results look: tables, plain lines, documents, colours and widths, and what must never be
 * shown.
 *
 * <p>Words owned here: <em>form</em> (table, plain, json, ndjson, yaml), <em>page</em> (width and
 * colours to lay something out for), <em>envelope</em> (the document around a JSON result). Start
 * with {@link mirrorneuron.cli.output.Report}.
 */
@NullMarked
package mirrorneuron.cli.output;

import org.jspecify.annotations.NullMarked;
