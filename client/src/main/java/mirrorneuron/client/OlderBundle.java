package mirrorneuron.client;

import com.google.protobuf.ByteString;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.ZipInputStream;
import mirrorneuron.api.BundleSource;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.UnsupportedFeatureException;
import mirrorneuron.api.codec.SourceForm.Entry;
import mirrorneuron.api.codec.SourceForm.Kind;
import org.jspecify.annotations.Nullable;

/**
 * A bundle as every server takes one: a manifest and the files of its folder {@code payloads}.
 *
 * @param payloads by their paths below that folder
 */
record OlderBundle(String manifestJson, Map<String, ByteString> payloads) {

    private static final String MANIFEST = "manifest.json";
    private static final String PAYLOADS = "payloads/";

    /**
     * @throws InvalidRequestException when there is no such bundle, or it cannot be read
     * @throws UnsupportedFeatureException when it has more than such servers take
     */
    static OlderBundle of(BundleSource source) {
        var parcel = Parcel.of(source);
        var form = parcel.form();
        if (form.kind() == Kind.TEXT) {
            return new OlderBundle(parcel.manifestJson(), parcel.files());
        }
        if (form.kind() == Kind.LOADED && form.entry() == Entry.NOTHING) {
            return new OlderBundle(
                    form.bundle().orElseThrow().manifest().raw().toString(), Map.of());
        }
        var files =
                switch (form.entry()) {
                    case NOTHING -> Map.<String, ByteString>of();
                    case FILE ->
                            form.kind() == Kind.ZIP
                                    ? inflated(parcel)
                                    : Map.<String, ByteString>of();
                    case FOLDER -> parcel.files();
                };
        return below(root(form.name(), files), files);
    }

    /** The folder in which the manifest is: the topmost one, or the only one in it. */
    private static String root(String name, Map<String, ByteString> files) {
        if (files.containsKey(MANIFEST)) {
            return "";
        }
        return files.keySet().stream()
                .filter(
                        path ->
                                path.endsWith("/" + MANIFEST)
                                        && path.indexOf('/') == path.lastIndexOf('/'))
                .map(path -> path.substring(0, path.indexOf('/') + 1))
                .findFirst()
                .orElseThrow(
                        () ->
                                refused(
                                        "Expected a bundle with "
                                                + MANIFEST
                                                + ", but found none at "
                                                + name,
                                        null));
    }

    private static OlderBundle below(String root, Map<String, ByteString> files) {
        var payloads = new HashMap<String, ByteString>();
        var manifest = "";
        for (var file : files.entrySet()) {
            if (!file.getKey().startsWith(root)) {
                continue;
            }
            var path = file.getKey().substring(root.length());
            if (path.equals(MANIFEST)) {
                manifest = file.getValue().toStringUtf8();
            } else if (path.startsWith(PAYLOADS)) {
                payloads.put(path.substring(PAYLOADS.length()), file.getValue());
            } else if (path.startsWith("config/")) {
                throw new UnsupportedFeatureException(
                        "Expected a server that takes a bundle's " + path + ", but it is too old");
            }
        }
        return new OlderBundle(manifest, payloads);
    }

    private static Map<String, ByteString> inflated(Parcel parcel) {
        var files = new HashMap<String, ByteString>();
        long left = Parcel.BYTES_MAX;
        try (var zip =
                new ZipInputStream(
                        new ByteArrayInputStream(
                                parcel.files().values().iterator().next().toByteArray()))) {
            for (var entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                if (!entry.isDirectory()) {
                    // One byte more than may be, so that an archive that grows is seen.
                    var bytes = zip.readNBytes((int) left + 1);
                    left -= bytes.length;
                    if (left < 0) {
                        throw new InvalidRequestException(
                                ErrorCode.REQUEST_TOO_LARGE,
                                "bundle: more than "
                                        + Parcel.BYTES_MAX
                                        + " bytes (expected: no more, to be sent)",
                                null);
                    }
                    files.put(entry.getName(), ByteString.copyFrom(bytes));
                }
            }
        } catch (IOException broken) {
            throw refused("Expected a zip file, but it cannot be read: " + broken, broken);
        }
        return files;
    }

    private static InvalidRequestException refused(String message, @Nullable Throwable cause) {
        return new InvalidRequestException(ErrorCode.BUNDLE_INVALID, message, cause);
    }
}
