package mirrorneuron.protocol;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;
import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MapEntry;
import com.google.protobuf.Message;
import com.google.protobuf.Parser;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import mirrorneuron.protocol.Tables.Field;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each message of the table, written by hand with a value in each of its fields, is read by the
 * generated class, field by field, and written again to the same bytes.
 */
class EveryMessageTest {

    private static final int UNKNOWN = 1999;

    record Sample(String message, List<Field> fields) {
        @Override
        public String toString() {
            return message;
        }

        byte[] bytes() {
            var wire = Wire.message();
            for (var field : fields) {
                switch (field.label()) {
                    case "map" ->
                            wire.entry(field.number(), "b/" + field.name(), bytesOf(field))
                                    .entry(field.number(), "a/ü", new byte[0]);
                    case "list" ->
                            wire.text(field.number(), textOf(field)).text(field.number(), "");
                    default -> single(wire, field);
                }
            }
            return wire.done();
        }

        private static void single(Wire wire, Field field) {
            switch (field.type()) {
                case "string" -> wire.text(field.number(), textOf(field));
                case "bytes" -> wire.bytes(field.number(), bytesOf(field));
                default -> wire.number(field.number(), numberOf(field));
            }
        }
    }

    static List<Sample> samples() {
        return Tables.fields().stream()
                .collect(groupingBy(Field::message, LinkedHashMap::new, toList()))
                .entrySet()
                .stream()
                .map(message -> new Sample(message.getKey(), message.getValue()))
                .toList();
    }

    @ParameterizedTest
    @MethodSource("samples")
    void is_read_and_written_to_the_same_bytes(Sample sample) throws Exception {
        var message = read(sample, sample.bytes());

        assertThat(message.getUnknownFields().asMap()).isEmpty();
        assertThat(message.getAllFields()).hasSize(sample.fields().size());
        for (var field : sample.fields()) {
            var value =
                    message.getField(message.getDescriptorForType().findFieldByName(field.name()));
            assertThat(plain(value)).as(field.name()).isEqualTo(expected(field));
        }
        assertThat(message.toByteArray()).isEqualTo(sample.bytes());
    }

    @ParameterizedTest
    @MethodSource("samples")
    void keeps_what_it_does_not_know(Sample sample) throws Exception {
        var later =
                Wire.message().number(UNKNOWN, 7).text(UNKNOWN + 1, "from a later client").done();
        var bytes = concat(sample.bytes(), later);

        var message = read(sample, bytes);

        assertThat(message.getUnknownFields().asMap()).containsOnlyKeys(UNKNOWN, UNKNOWN + 1);
        assertThat(message.toByteArray()).isEqualTo(bytes);
    }

    @ParameterizedTest
    @MethodSource("samples")
    void is_all_defaults_when_nothing_is_sent(Sample sample) throws Exception {
        var message = read(sample, new byte[0]);

        assertThat(message).isEqualTo(message.getDefaultInstanceForType());
        assertThat(message.getSerializedSize()).isZero();
    }

    private static Message read(Sample sample, byte[] bytes) throws Exception {
        var name = sample.message().substring(sample.message().lastIndexOf('.') + 1);
        var generated = Class.forName(folder(sample.message()) + "." + name);
        return (Message) ((Parser<?>) generated.getMethod("parser").invoke(null)).parseFrom(bytes);
    }

    private static String folder(String message) {
        return Tables.FILES.stream()
                .filter(file -> message.startsWith(file.getPackage() + "."))
                .map(file -> file.getOptions().getJavaPackage())
                .findFirst()
                .orElseThrow();
    }

    private static Object expected(Field field) {
        return switch (field.label() + " " + field.type()) {
            case "map string, bytes" ->
                    List.of(
                            List.of("b/" + field.name(), ByteString.copyFrom(bytesOf(field))),
                            List.of("a/ü", ByteString.EMPTY));
            case "list string" -> List.of(textOf(field), "");
            case "single string" -> textOf(field);
            case "single bytes" -> ByteString.copyFrom(bytesOf(field));
            case "single bool" -> true;
            case "single int32", "single uint32" -> (int) numberOf(field);
            case "single int64" -> numberOf(field);
            default -> throw new IllegalArgumentException(field.toString());
        };
    }

    private static Object plain(Object value) {
        if (!(value instanceof Collection<?> values)) return value;
        var plain = new ArrayList<Object>();
        for (var element : values) {
            plain.add(
                    element instanceof MapEntry<?, ?> entry
                            ? List.of(entry.getKey(), entry.getValue())
                            : element);
        }
        return plain;
    }

    private static String textOf(Field field) {
        return field.name() + " – \"ä\" 🙂";
    }

    private static byte[] bytesOf(Field field) {
        return concat(field.name().getBytes(UTF_8), new byte[] {0, -1, -128, 10});
    }

    /** The edge of each type: signed numbers are negative and so ten bytes long. */
    private static long numberOf(Field field) {
        return switch (field.type()) {
            case "bool" -> 1;
            case "uint32" -> 0xFFFF_FFFFL;
            case "int32" -> -field.number();
            case "int64" -> Long.MIN_VALUE + field.number();
            default -> throw new IllegalArgumentException(field.toString());
        };
    }

    private static byte[] concat(byte[] first, byte[] second) {
        var whole = Arrays.copyOf(first, first.length + second.length);
        System.arraycopy(second, 0, whole, first.length, second.length);
        return whole;
    }
}
