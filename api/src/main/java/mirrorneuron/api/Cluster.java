package mirrorneuron.api;

import java.util.List;

/** The processes that run work. */
public interface Cluster {

    List<NodeInfo> nodes();
}
