package mirrorneuron.runtime.simulation;

import mirrorneuron.api.Explanation;
import mirrorneuron.runtime.job.Outside;
import mirrorneuron.store.Store;

/** A place for planted bugs: between the runtime and its store, or between it and the outside. */
interface Sabotage {

    Sabotage NONE = new Sabotage() {};

    default Store store(Store honest, World world) {
        return honest;
    }

    default Explanation explanation(Explanation honest) {
        return honest;
    }

    default Outside outside(Outside honest, World world) {
        return honest;
    }
}
