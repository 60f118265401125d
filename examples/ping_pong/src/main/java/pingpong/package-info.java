/** Two agents that play table tennis: the smallest pair of Java agents that talk to each other. */
@NullMarked
package pingpong;

import org.jspecify.annotations.NullMarked;
