/**
 * Commands about actions on many jobs.
 *
 * <p>Start with {@link mirrorneuron.cli.operation.OperationWatch}.
 */
@NullMarked
package mirrorneuron.cli.operation;

import org.jspecify.annotations.NullMarked;
