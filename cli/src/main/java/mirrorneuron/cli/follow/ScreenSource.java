package mirrorneuron.cli.follow;

/** Opens the screen. */
@FunctionalInterface
public interface ScreenSource {

    Screen open();

    /** The terminal of this process. */
    static ScreenSource terminal() {
        return TerminalScreen::open;
    }
}
