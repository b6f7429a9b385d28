// Java's TLS with keystores, as programs configure it: java StoreTls.java client URL | serve, with the system properties javax.net.ssl.keyStore and so on.
import java.net.InetAddress;
import java.net.Proxy;
import java.net.URL;
import javax.net.ssl.HttpsURLConnection;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLServerSocketFactory;
import javax.net.ssl.SSLSocket;

public class StoreTls {
    public static void main(String[] args) throws Exception {
        if (args[0].equals("client")) {
            var connection = (HttpsURLConnection) new URL(args[1]).openConnection(Proxy.NO_PROXY);
            connection.getInputStream().transferTo(System.out);
            return;
        }

        var server = (SSLServerSocket) SSLServerSocketFactory.getDefault().createServerSocket(0, 50, InetAddress.getLoopbackAddress());
        server.setNeedClientAuth(true);
        System.out.println("port " + server.getLocalPort());
        while (true) {
            try (var socket = (SSLSocket) server.accept()) {
                socket.getInputStream().read(new byte[4096]);
                socket.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 5\r\nConnection: close\r\n\r\nhello".getBytes());
                socket.getOutputStream().flush();
            } catch (java.io.IOException refused) {
                System.out.println("refused: " + refused.getMessage());
            }
        }
    }
}
