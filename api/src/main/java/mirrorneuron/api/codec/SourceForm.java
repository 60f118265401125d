package mirrorneuron.api.codec;

import static java.util.Objects.requireNonNull;

import java.util.List;
import java.util.Optional;
import mirrorneuron.api.Bundle;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.json.JsonArray;
import mirrorneuron.api.json.JsonObject;

/**
 * What a bundle's source was, so that the other side can put the same thing together again and read
 * it with its own eyes. The bytes travel beside this: files by their path below the bundle's
 * folder, an archive under its name.
 *
 * @param kind how the source was given
 * @param name the last part of its path; empty for text
 * @param entry what is at that path
 * @param folders those without a file in them, below the bundle's folder
 * @param executables files that may be run
 * @param links entries that are neither files nor folders; a reader refuses them, so they do not
 *     travel
 * @param bundle what an earlier check found; absent for what was not checked
 */
public record SourceForm(
        Kind kind,
        String name,
        Entry entry,
        List<String> folders,
        List<String> executables,
        List<String> links,
        Optional<Bundle> bundle) {

    /** How a source was given. */
    public enum Kind {
        TEXT,
        FOLDER,
        ZIP,
        LOADED
    }

    /** What is at a path. */
    public enum Entry {
        NOTHING,
        FILE,
        FOLDER
    }

    public SourceForm {
        requireNonNull(kind, "kind");
        requireNonNull(entry, "entry");
        requireNonNull(bundle, "bundle");
        folders = List.copyOf(folders);
        executables = List.copyOf(executables);
        links = List.copyOf(links);
        if (name.contains("/")
                || name.contains("\\")
                || name.indexOf('\0') >= 0
                || name.equals("..")
                || name.equals(".")) {
            throw new InvalidRequestException("bundle: \"" + name + "\" (expected: a plain name)");
        }
    }

    /** A manifest as text. */
    public static SourceForm text() {
        return new SourceForm(
                Kind.TEXT, "", Entry.NOTHING, List.of(), List.of(), List.of(), Optional.empty());
    }

    public JsonObject toJson() {
        var json =
                JsonObject.builder()
                        .put("kind", Words.of(kind))
                        .put("name", name)
                        .put("entry", Words.of(entry))
                        .put("folders", JsonArray.ofStrings(folders))
                        .put("executables", JsonArray.ofStrings(executables))
                        .put("links", JsonArray.ofStrings(links));
        bundle.ifPresent(known -> json.put("bundle", Bundles.toJson(known)));
        return json.build();
    }

    /**
     * @throws InvalidRequestException when a word is not known or the name is a path
     */
    public static SourceForm fromJson(JsonObject json) {
        return new SourceForm(
                Words.in(Kind.class, "kind", json, Kind.TEXT),
                json.string("name").orElse(""),
                Words.in(Entry.class, "entry", json, Entry.NOTHING),
                json.array("folders").strings(),
                json.array("executables").strings(),
                json.array("links").strings(),
                json.has("bundle")
                        ? Optional.of(Bundles.bundle(json.object("bundle")))
                        : Optional.empty());
    }
}
