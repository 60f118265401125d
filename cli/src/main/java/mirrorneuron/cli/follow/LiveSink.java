package mirrorneuron.cli.follow;

import java.time.InstantSource;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.List;
import mirrorneuron.api.RuntimeEvent;
import mirrorneuron.cli.output.Page;
import mirrorneuron.cli.output.Palette;
import mirrorneuron.cli.output.Text;
import mirrorneuron.cli.view.Moment;
import mirrorneuron.cli.view.ProgressView;

/** Draws the job on a screen. */
public final class LiveSink implements FollowSink {

    /** Headline, bar, column names, counted rest, last event, two lines of standstill, footer. */
    private static final int LINES_BESIDE_ROWS = 10;

    private static final int LINES_OF_REQUEST = 2;
    private static final int ROWS_MAX = 20;
    private static final int ASK_MS = 100;
    private static final String FOOTER = "Ctrl-C or q: leave, cancel or go on";

    private final Screen screen;
    private final Palette palette;
    private final InstantSource clock;
    private final ZoneId zone;
    private List<String> last = List.of();

    public LiveSink(Screen screen, Palette palette, InstantSource clock, ZoneId zone) {
        this.screen = screen;
        this.palette = palette;
        this.clock = clock;
        this.zone = zone;
    }

    @Override
    public void event(RuntimeEvent event) {
        // The state that follows shows it.
    }

    @Override
    public void state(Moment moment) {
        // A line of full width would wrap on some terminals.
        var page = new Page(screen.width() - 1, palette);
        int beside = LINES_BESIDE_ROWS + LINES_OF_REQUEST * Math.min(2, moment.requests().size());
        int rowsMax = Math.clamp(screen.height() - beside, 3, ROWS_MAX);
        last = ProgressView.frame(moment, clock.instant(), zone, rowsMax, page);
        boolean ended = moment.details().job().status().terminal();
        screen.draw(ended ? last : with(palette.dim(FOOTER)));
    }

    private List<String> with(String line) {
        var lines = new ArrayList<>(last);
        lines.add(line);
        return lines;
    }

    @Override
    public boolean canAsk() {
        return true;
    }

    @Override
    public int ask(String question) {
        var lines = new ArrayList<>(last);
        Text.folded(question, Math.max(20, screen.width() - 1))
                .forEach(line -> lines.add(palette.bold(line)));
        screen.draw(lines);
        return screen.key(ASK_MS);
    }

    @Override
    public int key() {
        return screen.key(1);
    }

    @Override
    public void close() {
        screen.close();
    }
}
