package mirrorneuron.cli.config;

import mirrorneuron.cli.Leaf;
import mirrorneuron.cli.Surroundings;

/** A command about the file itself, which works although the file is wrong. */
abstract class ConfigLeaf extends Leaf {

    ConfigLeaf(Surroundings surroundings) {
        super(surroundings);
    }

    @Override
    protected final boolean isConfigured() {
        return false;
    }
}
