package mirrorneuron.engine.manifest;

import java.util.HashSet;
import java.util.Set;

/** Ids that may be given once; an id that comes again is reported under the code. */
final class IdSet {

    private final String code;
    private final String what;
    private final Set<String> ids = new HashSet<>();

    /**
     * @param what the thing that is named, for people
     */
    IdSet(String code, String what) {
        this.code = code;
        this.what = what;
    }

    /** True when the id is new. */
    boolean add(Fields holder, String id) {
        if (ids.add(id)) {
            return true;
        }
        holder.findings()
                .error(
                        code,
                        holder.at("id"),
                        "Expected every " + what + " id once, but found " + id + " again",
                        "Rename one of them.");
        return false;
    }
}
