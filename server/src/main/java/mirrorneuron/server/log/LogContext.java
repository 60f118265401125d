package mirrorneuron.server.log;

import java.util.Map;

/**
 * What lines that are logged while a request is answered say about it. Bound to the request's own
 * thread: what goes on elsewhere afterwards is no part of the request.
 */
public final class LogContext {

    private static final ScopedValue<Map<String, String>> CURRENT = ScopedValue.newInstance();

    private LogContext() {}

    /**
     * Runs an action in whose lines these members stand.
     *
     * @param members such as {@code request_id}
     */
    public static void within(Map<String, String> members, Runnable action) {
        ScopedValue.where(CURRENT, Map.copyOf(members)).run(action);
    }

    static Map<String, String> current() {
        return CURRENT.isBound() ? CURRENT.get() : Map.of();
    }
}
