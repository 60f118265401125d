/**
 * HTTP as handlers see it: a request to decode, a response to encode, one table of routes, one form
 * of every refusal. Only {@link mirrorneuron.server.http.HttpEdge} knows the library below.
 *
 * <p>Words owned here: <em>route</em> (method and path template), <em>problem</em> (the body of a
 * refusal), <em>frame</em> (one message of a live stream). Start with {@link
 * mirrorneuron.server.http.HttpEdge}.
 */
@NullMarked
package mirrorneuron.server.http;

import org.jspecify.annotations.NullMarked;
