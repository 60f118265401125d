package mirrorneuron.api.codec;

import java.util.Arrays;
import java.util.Locale;
import java.util.stream.Collectors;
import mirrorneuron.api.InvalidRequestException;
import mirrorneuron.api.json.JsonObject;

/** Alternatives as words: their names in lower case. */
final class Words {

    private Words() {}

    static String of(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }

    /**
     * @throws InvalidRequestException when the member is a word that is none of them
     */
    static <E extends Enum<E>> E in(Class<E> type, String member, JsonObject json, E absent) {
        var word = json.string(member);
        if (word.isEmpty()) {
            return absent;
        }
        return Arrays.stream(type.getEnumConstants())
                .filter(value -> of(value).equals(word.get()))
                .findFirst()
                .orElseThrow(
                        () ->
                                new InvalidRequestException(
                                        member
                                                + ": \""
                                                + word.get()
                                                + "\" (expected: "
                                                + Arrays.stream(type.getEnumConstants())
                                                        .map(Words::of)
                                                        .collect(Collectors.joining(", "))
                                                + ")"));
    }
}
