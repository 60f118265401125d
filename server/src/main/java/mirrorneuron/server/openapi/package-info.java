/**
 * The interface described: one OpenAPI document, and a page that people can read.
 *
 * <p>The document is written by hand, in pieces: one file of paths and one of schemas for each
 * area, under {@code mirrorneuron/server/openapi} of the resources. {@link
 * mirrorneuron.server.openapi.ApiDocument} puts them together and adds what holds for every
 * operation; {@link mirrorneuron.server.openapi.ApiPage} writes the page. Tests hold every answer
 * of the server against it.
 */
@NullMarked
package mirrorneuron.server.openapi;

import org.jspecify.annotations.NullMarked;
