/** What the machine has, and how much of it jobs may use. */
@NullMarked
package mirrorneuron.cli.resource;

import org.jspecify.annotations.NullMarked;
