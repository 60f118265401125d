/**
 * Classes that break the rules of the engine on purpose, one rule each, so that every rule is seen
 * to catch something. Nothing calls them.
 */
@NullMarked
package mirrorneuron.engine.canary;

import org.jspecify.annotations.NullMarked;
