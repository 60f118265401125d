package mirrorneuron.server.grpc;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ServerSocketFactory;

/**
 * Makes server sockets with room for so many connections at once; more of them wait until one ends.
 * The library takes as many as come, and a process without descriptors can neither write its store
 * nor start a worker.
 */
final class BoundedSockets extends ServerSocketFactory {

    private final int connectionsMax;

    BoundedSockets(int connectionsMax) {
        this.connectionsMax = connectionsMax;
    }

    @Override
    public ServerSocket createServerSocket() throws IOException {
        return new Bounded(connectionsMax);
    }

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
        return bound(new InetSocketAddress(port), 0);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog) throws IOException {
        return bound(new InetSocketAddress(port), backlog);
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress address)
            throws IOException {
        return bound(new InetSocketAddress(address, port), backlog);
    }

    private ServerSocket bound(InetSocketAddress address, int backlog) throws IOException {
        var socket = createServerSocket();
        socket.bind(address, backlog);
        return socket;
    }

    private static final class Bounded extends ServerSocket {

        private final Semaphore room;

        Bounded(int connectionsMax) throws IOException {
            this.room = new Semaphore(connectionsMax);
        }

        @Override
        public Socket accept() throws IOException {
            try {
                room.acquire();
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("stopped while there was no room");
            }
            var connection = new Counted(room);
            try {
                implAccept(connection);
                return connection;
            } catch (IOException | RuntimeException failure) {
                connection.close();
                throw failure;
            }
        }

        /** Whoever waits for room is to find out that nothing comes any more. */
        @Override
        public void close() throws IOException {
            super.close();
            room.release();
        }
    }

    private static final class Counted extends Socket {

        private final Semaphore room;
        private final AtomicBoolean counted = new AtomicBoolean(true);

        Counted(Semaphore room) {
            this.room = room;
        }

        @Override
        public void close() throws IOException {
            try {
                super.close();
            } finally {
                if (counted.compareAndSet(true, false)) {
                    room.release();
                }
            }
        }
    }
}
