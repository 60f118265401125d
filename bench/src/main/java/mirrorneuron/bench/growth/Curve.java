package mirrorneuron.bench.growth;

import java.util.List;
import mirrorneuron.bench.Figure;
import mirrorneuron.bench.Trial;

/**
 * One quantity over sizes that are a decade apart; it should be flat, or grow as a logarithm.
 *
 * @param name for the command line and the names of its pictures; lower case with dashes
 * @param title for people: what is measured of what
 * @param sizeOf what there are more and more of
 * @param sizes rising
 * @param load runs it at one size
 */
record Curve(String name, String title, String sizeOf, List<Integer> sizes, Measured load) {

    /** A load that can be run at any size. */
    interface Measured {

        /** Figures of one unit share a picture. */
        List<Figure> at(Trial trial, int size) throws Exception;
    }
}
