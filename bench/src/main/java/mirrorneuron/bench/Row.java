package mirrorneuron.bench;

import java.util.List;

/** One line of the table: a load on the product, what is measured, and what it should be. */
public interface Row {

    /** For the command line; lower case with dashes. */
    String name();

    /** For people. */
    String title();

    List<Budget> budgets();

    /** Runs the load once. The first figure is the row's own, the others explain it. */
    List<Figure> run(Trial trial) throws Exception;
}
