package mirrorneuron.cli.follow;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import mirrorneuron.cli.view.Key;
import org.junit.jupiter.api.Test;

/** What terminals send for keys. */
final class KeyReaderTest {

    /** The keys in what a terminal sent; a pause after it. */
    private static List<Integer> keys(String sent) {
        var characters = sent.chars().iterator();
        var reader = new KeyReader(_ -> characters.hasNext() ? characters.nextInt() : Key.NONE);
        var keys = new ArrayList<Integer>();
        while (characters.hasNext()) {
            keys.add(reader.next(10));
        }
        return keys;
    }

    @Test
    void letters_are_themselves() {
        assertThat(keys("qé😀")).containsExactly((int) 'q', (int) 'é', 0x1F600);
    }

    @Test
    void arrows_come_in_two_forms() {
        assertThat(keys("\u001b[A\u001b[B\u001b[C\u001b[D"))
                .containsExactly(Key.UP, Key.DOWN, Key.RIGHT, Key.LEFT);
        assertThat(keys("\u001bOA\u001bOB")).containsExactly(Key.UP, Key.DOWN);
    }

    @Test
    void keys_with_numbers_are_read_to_their_end() {
        assertThat(keys("\u001b[5~\u001b[6~\u001b[1~\u001b[4~\u001b[H\u001b[F"))
                .containsExactly(
                        Key.PAGE_UP, Key.PAGE_DOWN, Key.HOME, Key.LAST, Key.HOME, Key.LAST);
        // Up with Shift, then a function key, then a letter: nothing of them is left over.
        assertThat(keys("\u001b[1;2A\u001b[15~x")).containsExactly(Key.UP, Key.NONE, (int) 'x');
    }

    @Test
    void escape_alone_is_escape() {
        assertThat(keys("\u001b")).containsExactly(Key.ESCAPE);
    }

    @Test
    void return_and_backspace_have_one_number_each() {
        assertThat(keys("\r\n\b\u007f"))
                .containsExactly(Key.ENTER, Key.ENTER, Key.BACKSPACE, Key.BACKSPACE);
    }
}
