#include "services/kit/http/pistache/pistache_adapter.hpp"

#include "services/kit/http/pistache/fd_guard.hpp"
#include "services/kit/log/log.hpp"

#include <sys/socket.h>

#include <mutex>
#include <stdexcept>
#include <utility>

#include <pistache/endpoint.h>
#include <pistache/peer.h>

namespace kit::http {
namespace {

namespace P = Pistache;

/// The key of a peer's connection.
constexpr const char* connection_key = "kit";

/// What a peer keeps: emptied by us when the client has left, so that Pistache only ever destroys an empty
/// one. Pistache does so on any of its threads, in an order that its own reference counts make.
/// ThreadSanitizer does not see these, since that library is not built with it, so one lock makes the same
/// order visible: held while a slot is made, while we hold a reference to one, and while one is destroyed.
/// Recursive, since the reference that we drop may be the last.
class Slot {
 public:
  explicit Slot(std::shared_ptr<Connection> connection) {
    const std::lock_guard guard(lock());
    connection_ = std::move(connection);
  }
  ~Slot() {
    const std::lock_guard guard(lock());
    connection_.reset();
  }
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;

  /// The peer's connection; nullptr when it has none or it was taken before.
  static std::shared_ptr<Connection> get(const P::Tcp::Peer& peer) {
    const std::lock_guard guard(lock());
    const auto slot = of(peer);
    return slot ? slot->connection_ : nullptr;
  }
  static std::shared_ptr<Connection> take(const P::Tcp::Peer& peer) {
    const std::lock_guard guard(lock());
    const auto slot = of(peer);
    return slot ? std::exchange(slot->connection_, nullptr) : nullptr;
  }

 private:
  static std::shared_ptr<Slot> of(const P::Tcp::Peer& peer) {
    return std::static_pointer_cast<Slot>(peer.tryGetData(connection_key));
  }
  static std::recursive_mutex& lock() {
    static std::recursive_mutex mutex;
    return mutex;
  }

  std::shared_ptr<Connection> connection_;
};

/// Takes the bytes where Pistache has read them, before its parser (README.md, defects 9, 10 and 12), and
/// never sends by it.
class BytesHandler : public P::Http::Handler {
 public:
  HTTP_PROTOTYPE(BytesHandler)

  explicit BytesHandler(PistacheListener::Clients& clients)
      : clients_(&clients), parser_(std::make_shared<P::Http::RequestParser>(0)) {}

  /// Only Pistache's own onInput would call it.
  void onRequest(const P::Http::Request&, P::Http::ResponseWriter) override {}

  void onDisconnection(const std::shared_ptr<P::Tcp::Peer>& peer) override {
    if (const auto connection = Slot::take(*peer)) connection->on_hangup();
  }

 private:
  void onConnection(const std::shared_ptr<P::Tcp::Peer>& peer) override {
    // Pistache looks at every peer's parser twice a second to find idle ones. The peer counts as idle from
    // here on, and its keep-alive never ends: time limits are the ConnectionSweeper's. One untouched parser
    // serves all.
    peer->setIdle(true);
    peer->putData(ParserData, parser_);
    std::shared_ptr<Connection> connection;
    try {
      connection = clients_->opened(peer->fd(), peer->address().host());
    } catch (const std::exception& error) {
      // Nothing may be thrown into Pistache: it would end the process.
      log::error("connection refused", {{"what", error.what()}});
    }
    if (connection)
      peer->putData(connection_key, std::make_shared<Slot>(std::move(connection)));
    else
      shutdown(peer->fd(), SHUT_RDWR);
  }

  void onInput(const char* bytes, std::size_t size, const std::shared_ptr<P::Tcp::Peer>& peer) override {
    const auto connection = Slot::get(*peer);
    if (!connection) return;
    try {
      connection->on_bytes({bytes, size});
    } catch (const std::exception& error) {
      log::error("connection failed", {{"what", error.what()}});
      connection->shut(true);
    }
  }

  PistacheListener::Clients* clients_;
  std::shared_ptr<P::Http::RequestParser> parser_;
};

P::Http::Endpoint::Options options(int reactors) {
  constexpr auto never = std::chrono::hours(24 * 365 * 100);
  return P::Http::Endpoint::options()
      .threads(reactors)
      .threadsName("http-reactor")
      .flags(P::Tcp::Options::ReuseAddr | P::Tcp::Options::CloseOnExec)
      .headerTimeout(never)
      .bodyTimeout(never)
      .keepaliveTimeout(never);
}

}  // namespace

PistacheListener::PistacheListener(const std::string& address, int port, int reactors, Clients& clients)
    : endpoint_(std::make_unique<P::Http::Endpoint>(
          P::Address(address, P::Port(static_cast<std::uint16_t>(port))))) {
  endpoint_->init(options(reactors));
  endpoint_->setHandler(std::make_shared<BytesHandler>(clients));
  guard::window();
  try {
    endpoint_->serveThreaded();
  } catch (const std::exception& error) {
    throw std::runtime_error("cannot listen on " + address + ":" + std::to_string(port) + ": " +
                             error.what());
  }
}

PistacheListener::~PistacheListener() { endpoint_->shutdown(); }

std::uint16_t PistacheListener::port() const { return endpoint_->getPort(); }

}  // namespace kit::http
