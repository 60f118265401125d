package mirrorneuron.api;

import java.util.Locale;

/** Whether a node takes work. The texts on every wire are the lower-case names. */
public enum NodeStatus {
    HEALTHY,
    JOINING,
    MAINTENANCE,
    DRAINING,
    DISCONNECTED,
    OFFLINE,
    QUARANTINED,
    /** One of a newer release; the text stays in the document. */
    UNKNOWN;

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The status of a text; {@link #UNKNOWN} for one of a newer release. */
    public static NodeStatus ofWire(String text) {
        for (var status : values()) {
            if (status.wire().equals(text)) {
                return status;
            }
        }
        return UNKNOWN;
    }
}
