package mirrorneuron.engine.manifest;

/** By which names the agents at the ends of a step go: {@code s__start} and {@code s__end}. */
public final class StepNames {

    private static final String START = "__start";
    private static final String END = "__end";

    private StepNames() {}

    /** The agent that ends a step. */
    static String end(String step) {
        return step + END;
    }

    /** The step of an agent that begins or ends one; any other name is its own. */
    public static String ofStep(String name) {
        if (name.length() > START.length() && name.endsWith(START)) {
            return name.substring(0, name.length() - START.length());
        }
        return name.length() > END.length() && name.endsWith(END)
                ? name.substring(0, name.length() - END.length())
                : name;
    }
}
