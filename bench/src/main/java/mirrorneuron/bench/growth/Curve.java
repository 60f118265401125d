package mirrorneuron.bench.growth;

import java.util.List;
import mirrorneuron.bench.Figure;
import mirrorneuron.bench.Trial;

/** One quantity over sizes that are a decade apart; it should be flat, or grow as a logarithm. */
interface Curve {

    /** For the command line and the names of its pictures; lower case with dashes. */
    String name();

    /** For people: what is measured of what. */
    String title();

    /** What there are more and more of. */
    String sizeOf();

    /** Rising. */
    List<Integer> sizes();

    /** Runs the load at one size; figures of one unit share a picture. */
    List<Figure> measure(Trial trial, int size) throws Exception;
}
