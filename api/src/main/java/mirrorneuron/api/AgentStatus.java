package mirrorneuron.api;

import java.util.Locale;

/** What an agent is doing, for people. The texts on every wire are the lower-case names. */
public enum AgentStatus {
    /** An executor or module that has nothing to do and has not run yet. */
    IDLE,
    /** A builtin agent with an empty mailbox. */
    READY,
    /** A builtin agent with messages in its mailbox. */
    BUSY,
    /** Messages wait: for a lease, a retry time or a free downstream mailbox. */
    QUEUED,
    /** A command or handler is running now. */
    RUNNING,
    /** The last message was handled and none is left. */
    COMPLETED,
    /** The last message failed. */
    ERROR,
    /** Waits for its restart time after a failure. */
    RESTARTING,
    PAUSED;

    /**
     * The status as pages show it, which know fewer: what has nothing to do is ready, and what
     * waits for its restart is queued.
     */
    public AgentStatus shown() {
        return switch (this) {
            case IDLE -> READY;
            case RESTARTING -> QUEUED;
            case READY, BUSY, QUEUED, RUNNING, COMPLETED, ERROR, PAUSED -> this;
        };
    }

    public String wire() {
        return name().toLowerCase(Locale.ROOT);
    }

    /** The status of a text; {@link #IDLE} for one of a newer release. */
    public static AgentStatus ofWire(String text) {
        for (var status : values()) {
            if (status.wire().equals(text)) {
                return status;
            }
        }
        return IDLE;
    }
}
