package mirrorneuron.api;

import java.time.Instant;
import java.time.LocalDate;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;

/** The one text form of an instant on every wire: ISO-8601, UTC, milliseconds, {@code Z}. */
public final class Timestamps {

    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private static final String SHAPE = "0000-00-00T00:00:00.000Z";
    private static final long MS_PER_DAY = 86_400_000;
    // Years of four digits; others are left to the formatter.
    private static final long MS_MIN = LocalDate.of(0, 1, 1).toEpochDay() * MS_PER_DAY;
    private static final long MS_END = LocalDate.of(10_000, 1, 1).toEpochDay() * MS_PER_DAY;

    private static final Instant FIRST = Instant.ofEpochMilli(Long.MIN_VALUE);
    private static final Instant LAST = Instant.ofEpochMilli(Long.MAX_VALUE);

    private Timestamps() {}

    /** Every event and record carries such texts, so they are put together by hand. */
    public static String format(Instant instant) {
        long ms = instant.toEpochMilli();
        if (ms < MS_MIN || ms >= MS_END) {
            return FORMAT.format(instant);
        }
        var date = LocalDate.ofEpochDay(Math.floorDiv(ms, MS_PER_DAY));
        int rest = (int) Math.floorMod(ms, MS_PER_DAY);
        var text = SHAPE.toCharArray();
        put(text, 3, date.getYear());
        put(text, 6, date.getMonthValue());
        put(text, 9, date.getDayOfMonth());
        put(text, 12, rest / 3_600_000);
        put(text, 15, rest / 60_000 % 60);
        put(text, 18, rest / 1_000 % 60);
        put(text, 22, rest % 1_000);
        return new String(text);
    }

    /** Writes the digits of a number so that the last one comes to a place. */
    private static void put(char[] text, int last, int number) {
        int at = last;
        for (int left = number; left > 0; left /= 10) {
            text[at--] = (char) ('0' + left % 10);
        }
    }

    /**
     * Reads what {@link #format} wrote, and any other ISO-8601 instant whose milliseconds can be
     * counted.
     *
     * @throws DateTimeParseException when it is none
     */
    public static Instant parse(String text) {
        if (!hasShape(text)) {
            return counted(text);
        }
        int year = number(text, 0, 4);
        int month = number(text, 5, 7);
        int day = number(text, 8, 10);
        int hour = number(text, 11, 13);
        int minute = number(text, 14, 16);
        int second = number(text, 17, 19);
        boolean exists =
                month >= 1
                        && month <= 12
                        && day >= 1
                        && day <= YearMonth.of(year, month).lengthOfMonth()
                        && hour <= 23
                        && minute <= 59
                        && second <= 59;
        if (!exists) {
            return counted(text); // which knows leap seconds, and how to say no
        }
        long ofDay = (hour * 60 + minute) * 60_000L + second * 1_000L + number(text, 20, 23);
        return Instant.ofEpochMilli(
                LocalDate.of(year, month, day).toEpochDay() * MS_PER_DAY + ofDay);
    }

    /** Some 292 million years are left on both sides; what is beyond breaks every sum with it. */
    private static Instant counted(String text) {
        var instant = Instant.parse(text);
        if (instant.isBefore(FIRST) || instant.isAfter(LAST)) {
            throw new DateTimeParseException(
                    "Expected a time between " + FIRST + " and " + LAST, text, 0);
        }
        return instant;
    }

    private static boolean hasShape(String text) {
        if (text.length() != SHAPE.length()) {
            return false;
        }
        for (int i = 0; i < text.length(); i++) {
            char wanted = SHAPE.charAt(i);
            char found = text.charAt(i);
            if (wanted == '0' ? found < '0' || found > '9' : found != wanted) {
                return false;
            }
        }
        return true;
    }

    private static int number(String text, int from, int to) {
        int number = 0;
        for (int i = from; i < to; i++) {
            number = number * 10 + text.charAt(i) - '0';
        }
        return number;
    }
}
