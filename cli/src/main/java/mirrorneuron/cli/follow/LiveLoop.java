package mirrorneuron.cli.follow;

import java.time.Duration;
import java.util.List;
import mirrorneuron.api.MirrorNeuronException;
import mirrorneuron.cli.Surroundings;
import mirrorneuron.cli.output.Page;
import mirrorneuron.cli.output.Palette;
import mirrorneuron.cli.view.Key;
import mirrorneuron.cli.view.Size;

/**
 * Looks at something again and again and draws it, until its reader leaves. A runtime that does not
 * answer is asked again, as often as the retries say. Used by one thread.
 *
 * @param <S> all that is drawn
 */
public final class LiveLoop<S> {

    private static final int KEY_MS = 50;

    /** Looking may take at most a tenth of the time. */
    private static final int LOOK_COST_FACTOR = 10;

    /** What is looked at, and how it is drawn. */
    public interface Subject<S> {

        /**
         * Looks once.
         *
         * @throws MirrorNeuronException as the runtime does
         */
        S look(S before);

        /** The same with a sentence about the runtime; an empty one when it answers again. */
        S troubled(S state, String sentence);

        /** What a key made of it; {@link Key#NONE} makes nothing. */
        S press(S state, int key);

        /** Whether there is a reason to draw no more. */
        boolean isOver(S state);

        /**
         * @param live whether its reader is there to press keys
         */
        List<String> frame(S state, Size size, boolean live);
    }

    private final Surroundings surroundings;
    private final Palette palette;
    private final Duration interval;

    public LiveLoop(Surroundings surroundings, Palette palette, Duration interval) {
        this.surroundings = surroundings;
        this.palette = palette;
        this.interval = interval;
    }

    /**
     * Draws until the state is over or Ctrl-C was pressed; the last frame stays.
     *
     * @return the last state
     * @throws MirrorNeuronException when the runtime stayed away, or says no
     */
    public S run(S first, Subject<S> subject) {
        var clock = surroundings.clock();
        var retries = Retries.of(surroundings);
        var state = first;
        var next = clock.instant();
        try (var interrupts = surroundings.interrupts().listen();
                var screen = surroundings.screens().open()) {
            while (!subject.isOver(state)
                    && interrupts.pressed() == 0
                    && !interrupts.terminated()) {
                var now = clock.instant();
                if (!now.isBefore(next) && retries.isDue(now)) {
                    try {
                        state = subject.look(state);
                        var cost = Duration.between(now, clock.instant());
                        next = now.plus(longer(interval, cost.multipliedBy(LOOK_COST_FACTOR)));
                        if (retries.answered()) {
                            state = subject.troubled(state, "");
                        }
                    } catch (MirrorNeuronException failure) {
                        state = subject.troubled(state, retries.failed(failure, now));
                    }
                }
                screen.draw(subject.frame(state, size(screen), true));
                state = subject.press(state, screen.key(KEY_MS));
            }
            screen.leave(subject.frame(state, size(screen), false));
            return state;
        }
    }

    private static Duration longer(Duration a, Duration b) {
        return a.compareTo(b) >= 0 ? a : b;
    }

    private Size size(Screen screen) {
        return new Size(new Page(screen.width(), palette), screen.height());
    }
}
