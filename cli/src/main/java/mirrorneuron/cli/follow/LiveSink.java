package mirrorneuron.cli.follow;

import java.time.InstantSource;
import java.time.ZoneId;
import java.util.List;
import java.util.Optional;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.cli.output.Page;
import mirrorneuron.cli.output.Palette;
import mirrorneuron.cli.view.Key;
import mirrorneuron.cli.view.Moment;
import mirrorneuron.cli.view.Size;
import mirrorneuron.cli.view.Usage;
import mirrorneuron.cli.view.Wish;
import mirrorneuron.cli.view.WorkflowKeys;
import mirrorneuron.cli.view.WorkflowState;
import mirrorneuron.cli.view.WorkflowView;
import org.jspecify.annotations.Nullable;

/**
 * Draws the job on a screen and reads its keys. What is drawn and what a key does are elsewhere.
 */
public final class LiveSink implements FollowSink {

    /** How long one wait for a key is: also how soon a change of the size is noticed. */
    private static final int KEY_MS = 50;

    private final Screen screen;
    private final Palette palette;
    private final InstantSource clock;
    private final ZoneId zone;
    private final boolean stays;
    private boolean used;
    private @Nullable WorkflowState state; // null until the job was seen once

    /**
     * @param stays whether a job that has ended is shown until the reader leaves
     */
    public LiveSink(
            Screen screen, Palette palette, InstantSource clock, ZoneId zone, boolean stays) {
        this.screen = screen;
        this.palette = palette;
        this.clock = clock;
        this.zone = zone;
        this.stays = stays;
    }

    @Override
    public boolean live() {
        return true;
    }

    @Override
    public boolean stays() {
        return stays;
    }

    @Override
    public void event(RuntimeEvent event) {
        if (state != null) {
            state = state.with(event);
        }
    }

    @Override
    public void state(Moment moment) {
        state = state == null ? WorkflowState.of(moment) : state.seeing(moment);
        draw();
    }

    @Override
    public void trouble(String sentence) {
        if (state != null) {
            state = state.withTrouble(sentence);
            draw();
        }
    }

    @Override
    public void said(String sentence) {
        if (state != null) {
            state = state.saying(sentence);
        }
    }

    @Override
    public void usage(Usage usage) {
        if (state != null) {
            state = state.with(usage);
        }
    }

    @Override
    public boolean wantsLog() {
        return state != null && state.wantsLog();
    }

    @Override
    public void log(List<String> lines) {
        if (state != null) {
            state = state.withLog(lines);
        }
    }

    @Override
    public boolean used() {
        return used;
    }

    @Override
    public Optional<Wish> wish() {
        int key = screen.key(KEY_MS);
        if (state == null) {
            return WorkflowKeys.isLeaving(key) ? Optional.of(new Wish.Leave()) : Optional.empty();
        }
        used |= key != Key.NONE;
        var pressed = WorkflowKeys.press(state, key, clock.instant());
        state = pressed.state();
        draw();
        return pressed.wish();
    }

    private void draw() {
        if (state != null) {
            screen.draw(WorkflowView.live(state, clock.instant(), zone, size()));
        }
    }

    private Size size() {
        return new Size(new Page(screen.width(), palette), screen.height());
    }

    /** The last frame stays, unless its reader was only passing by. */
    @Override
    public void close() {
        screen.leave(
                state == null || stays
                        ? List.of()
                        : WorkflowView.last(state, clock.instant(), zone, size()));
    }
}
