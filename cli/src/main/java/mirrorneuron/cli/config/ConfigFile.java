package mirrorneuron.cli.config;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import mirrorneuron.api.spi.HomeFolder;
import mirrorneuron.cli.CommandFailure;

/** Changes the file of a home: one value, and the file appears whole, for its owner alone. */
record ConfigFile(Path home) {

    Path file() {
        return home.resolve(Config.FILE);
    }

    /** What a change was. */
    record Change(Optional<String> before, Optional<String> after, String text) {
        boolean isOne() {
            return !before.equals(after);
        }
    }

    /**
     * What the file will be.
     *
     * @param typed as a person typed it; empty takes the setting out
     * @throws CommandFailure when there is no such setting, it does not take the value, or the file
     *     is wrong; nothing was written
     */
    Change planned(String name, String typed) {
        var path = path(name);
        var setting =
                Setting.at(path)
                        .orElseThrow(
                                () ->
                                        CommandFailure.usage(
                                                "Expected to set "
                                                        + name
                                                        + ", but "
                                                        + Config.unknown(path),
                                                "mn config list shows what is set"));
        var text = Config.text(file()).orElse("");
        var parsed = Config.parsed(file(), text);
        var entry = parsed.at(path);
        var before = entry.map(found -> found.value().toString());
        if (typed.isEmpty()) {
            if (entry.isEmpty()) {
                return new Change(before, before, text);
            }
            var changed = ConfigEdit.without(text, entry.get());
            return checked(changed, parsed, path, Optional.empty(), before);
        }
        var value = setting.typed(typed);
        if (!setting.takes(value)) {
            throw CommandFailure.usage(
                    name + ": \"" + typed + "\" (expected: " + setting.expected() + ")",
                    "see mn config set --help");
        }
        var changed = ConfigEdit.with(text, parsed, path, value);
        return checked(changed, parsed, path, Optional.of(value), before);
    }

    /** Names of contexts have no dots on the command line; in the file they may. */
    private static List<String> path(String name) {
        return List.of(name.split("\\.", -1));
    }

    /** Reads the text again: it must say what it said, and the change. */
    private Change checked(
            Optional<String> text,
            TomlText before,
            List<String> path,
            Optional<Object> value,
            Optional<String> former) {
        if (text.isPresent()) {
            try {
                var after = TomlText.parse(text.get());
                boolean others =
                        before.entries().stream()
                                .filter(entry -> !entry.path().equals(path))
                                .allMatch(
                                        entry ->
                                                after.at(entry.path())
                                                        .filter(same -> sameValue(same, entry))
                                                        .isPresent());
                boolean changed =
                        after.at(path).map(TomlText.Entry::value).equals(value)
                                && after.entries().size()
                                        == before.entries().size()
                                                + (value.isPresent() ? 1 : 0)
                                                - (former.isPresent() ? 1 : 0);
                if (others && changed) {
                    // The rest has to be right too, or the next command would refuse the file.
                    var unused = Config.of(file(), text.get());
                    return new Change(former, value.map(Object::toString), text.get());
                }
            } catch (TomlText.Malformed notWhatWasMeant) {
                throw unchangeable(path);
            }
        }
        throw unchangeable(path);
    }

    private static boolean sameValue(TomlText.Entry one, TomlText.Entry other) {
        return Objects.equals(one.value().toString(), other.value().toString());
    }

    private CommandFailure unchangeable(List<String> path) {
        return CommandFailure.precondition(
                "Expected to change "
                        + String.join(".", path)
                        + " in "
                        + file()
                        + ", but it is written there in a way that this command cannot change",
                "edit the file, or write the setting on a line of its own");
    }

    /**
     * @throws CommandFailure when it cannot be written; the file is as it was
     */
    void write(String text) {
        try {
            HomeFolder.make(home);
            // A link stays a link, and what it leads to is replaced.
            var target = Files.exists(file()) ? file().toRealPath() : file();
            var part = Files.createTempFile(folderOf(target), ".config", ".part", ownerOnly());
            try {
                Files.writeString(part, text, StandardCharsets.UTF_8);
                Files.move(
                        part,
                        target,
                        StandardCopyOption.ATOMIC_MOVE,
                        StandardCopyOption.REPLACE_EXISTING);
            } finally {
                Files.deleteIfExists(part);
            }
        } catch (IOException unwritable) {
            throw CommandFailure.precondition(
                            "Expected to write " + file() + ", but: " + unwritable,
                            "check that the folder exists, is writable and has free space")
                    .causedBy(unwritable);
        }
    }

    private Path folderOf(Path target) {
        var parent = target.getParent();
        return parent == null ? home : parent;
    }

    private static FileAttribute<?>[] ownerOnly() {
        return FileSystems.getDefault().supportedFileAttributeViews().contains("posix")
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString("rw-------"))
                }
                : new FileAttribute<?>[0];
    }
}
