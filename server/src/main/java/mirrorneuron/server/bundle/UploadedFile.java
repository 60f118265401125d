package mirrorneuron.server.bundle;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.server.http.HttpFailure;
import mirrorneuron.server.http.Request;
import org.apache.commons.fileupload2.core.FileUploadSizeException;
import org.apache.commons.fileupload2.core.MultipartInput;
import org.apache.commons.fileupload2.core.ParameterParser;

/**
 * The parts of a {@code multipart/form-data} body: one file, written to disk as it arrives, and
 * short fields. Closing it deletes the file.
 *
 * @param name as the client named it; never used as a path
 */
record UploadedFile(Path file, String name, String contentType, Map<String, String> fields)
        implements AutoCloseable {

    private static final int FIELD_BYTES_MAX = 4 << 10;
    private static final int PARTS_MAX = 32;

    UploadedFile {
        fields = Map.copyOf(fields);
    }

    /**
     * Reads a body to its end.
     *
     * @param part the name of the file's part
     * @throws HttpFailure when the body is no form or has no such part
     */
    static UploadedFile read(Request request, String part) throws IOException {
        var parameters = parameters(request.header("Content-Type").orElse(""));
        var boundary = parameters.get("boundary");
        if (boundary == null || !parameters.containsKey("multipart/form-data")) {
            throw missing(part);
        }
        var file = Files.createTempFile("mn-upload-", ".part");
        boolean read = false;
        try {
            var found = read(request, boundary, part, file);
            read = true;
            return found;
        } catch (MultipartInput.MalformedStreamException | FileUploadSizeException malformed) {
            throw HttpFailure.of(
                    ErrorCode.REQUEST_INVALID,
                    "Expected multipart/form-data with a part named "
                            + part
                            + ", but it is cut off");
        } catch (IllegalArgumentException malformed) {
            throw HttpFailure.of(
                    ErrorCode.REQUEST_INVALID,
                    "Expected multipart/form-data, but its boundary cannot be used");
        } finally {
            if (!read) {
                Files.deleteIfExists(file);
            }
        }
    }

    private static UploadedFile read(Request request, String boundary, String part, Path file)
            throws IOException {
        var input =
                MultipartInput.builder()
                        .setInputStream(request.stream())
                        .setBoundary(boundary.getBytes(StandardCharsets.ISO_8859_1))
                        .get();
        var fields = new HashMap<String, String>();
        Optional<UploadedFile> found = Optional.empty();
        int parts = 0;
        for (boolean next = input.skipPreamble(); next; next = input.readBoundary()) {
            if (++parts > PARTS_MAX) {
                throw HttpFailure.of(
                        ErrorCode.REQUEST_INVALID,
                        "Expected at most " + PARTS_MAX + " parts, but found more");
            }
            var headers = input.readHeaders();
            var disposition = parameters(header(headers, "content-disposition"));
            var name = disposition.getOrDefault("name", "");
            if (name.equals(part) && disposition.containsKey("filename")) {
                try (var out = Files.newOutputStream(file)) {
                    input.readBodyData(out);
                }
                found =
                        Optional.of(
                                new UploadedFile(
                                        file,
                                        String.valueOf(disposition.get("filename")),
                                        header(headers, "content-type"),
                                        Map.of()));
            } else if (name.equals(part)) {
                throw missing(part);
            } else {
                try (var text = input.newInputStream()) {
                    fields.put(
                            name,
                            new String(text.readNBytes(FIELD_BYTES_MAX), StandardCharsets.UTF_8));
                    text.transferTo(java.io.OutputStream.nullOutputStream());
                }
            }
        }
        var upload = found.orElseThrow(() -> missing(part));
        return new UploadedFile(file, upload.name(), upload.contentType(), fields);
    }

    private static HttpFailure missing(String part) {
        return HttpFailure.of(
                ErrorCode.REQUEST_INVALID,
                "Expected multipart/form-data with a file in a part named "
                        + part
                        + ", but found none");
    }

    private static String header(String headers, String name) {
        for (var line : headers.split("\r\n")) {
            int colon = line.indexOf(':');
            if (colon > 0 && line.substring(0, colon).strip().equalsIgnoreCase(name)) {
                return line.substring(colon + 1).strip();
            }
        }
        return "";
    }

    private static Map<String, String> parameters(String header) {
        var parser = new ParameterParser();
        parser.setLowerCaseNames(true);
        var parameters = new HashMap<String, String>();
        parser.parse(header, ';')
                .forEach(
                        (name, value) ->
                                parameters.put(
                                        name.toLowerCase(Locale.ROOT), value == null ? "" : value));
        return parameters;
    }

    @Override
    public void close() throws IOException {
        Files.deleteIfExists(file);
    }
}
