package mirrorneuron.engine.job;

import static java.util.Objects.requireNonNull;

import java.time.Duration;
import java.util.List;
import mirrorneuron.api.ErrorCode;
import mirrorneuron.api.JobStatus;

/** What the engine says to a command. */
public sealed interface Decision {

    /** It is so: these facts follow, and this work starts once they are durable. */
    record Accepted(List<JobEvent> events, List<Effect> effects) implements Decision {
        public Accepted {
            events = List.copyOf(events);
            effects = List.copyOf(effects);
        }

        static Accepted of(JobEvent event, Effect... effects) {
            return new Accepted(List.of(event), List.of(effects));
        }
    }

    /**
     * It was so already; {@code note} says what, such as the id of a message that is here already.
     */
    record Unchanged(JobStatus status, String note) implements Decision {}

    /**
     * It cannot be; nothing changed. Work that the command stands for, such as a granted lease, is
     * given back by the effects.
     *
     * @param events that it was refused, where readers of the log are to know; hardly ever one,
     *     because anybody may ask in vain as often as he likes
     */
    record Refused(
            ErrorCode code,
            String why,
            Duration retryAfter,
            List<JobEvent> events,
            List<Effect> effects)
            implements Decision {
        public Refused {
            requireNonNull(code, "code");
            requireNonNull(why, "why");
            events = List.copyOf(events);
            effects = List.copyOf(effects);
        }

        static Refused of(ErrorCode code, String why, Effect... effects) {
            return new Refused(code, why, Duration.ZERO, List.of(), List.of(effects));
        }
    }
}
