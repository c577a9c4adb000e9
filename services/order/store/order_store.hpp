#pragma once
#include "services/kit/db/idempotency.hpp"
#include "services/kit/db/page.hpp"
#include "services/order/domain/history.hpp"
#include "services/order/domain/order.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace order {

using kit::db::IdempotencyKey;

/// An order in a list.
struct Summary {
  contracts::OrderId id;
  kit::UserId user;
  State state = State::Pending;
  std::string reason;   ///< empty unless it was rejected or cancelled
  std::string product;  ///< the first line's
  std::int64_t lines = 0;
  std::int64_t quantity = 0;
  std::optional<kit::Money> total;
  std::string placed_at;
};

/// Orders and what each still owes. Every write that drives an order is guarded by Order::fencing_token: it
/// changes nothing, and returns false, when another replica has claimed the order since it was read. Events
/// go through the outbox in the transaction of their change. Thread-safe. Throws kit::db::Unavailable.
class OrderStore {
 public:
  struct Options {
    std::chrono::milliseconds lease{8000};         ///< how long a claim keeps other replicas away
    std::chrono::milliseconds give_up{3'600'000};  ///< older orders that are still being placed are cancelled
  };
  OrderStore(kit::db::Database& database, Options options) : database_(database), options_(options) {}

  /// The order that was placed with the key. Throws KeyReused.
  std::optional<contracts::OrderId> placed_before(const IdempotencyKey& key, kit::Deadline deadline);

  /// Further writes in the transaction of a new order, which may be tried several times.
  using AlsoWrite = std::function<void(kit::db::Transaction&, contracts::OrderId)>;

  /// Writes a pending order with the customer, lines, trace and way of payment of `order`, its lease running,
  /// and order.placed; or returns the id of the order that was
  /// placed with the key before. Two at once with one key write one order. Throws KeyReused and UserErased.
  std::variant<Order, contracts::OrderId> place(const Order& order, const std::optional<IdempotencyKey>& key,
                                                kit::Deadline deadline, const AlsoWrite& also = {});

  /// Confirmed, with these prices, and order.confirmed. One statement.
  bool confirm(const Order& order, const std::vector<OrderLine>& lines, kit::Deadline deadline);
  /// Rejected or cancelled, with the reason, and the event. It stays due while its stock is to be released
  /// (`release`) or its payment to be undone (`undo`).
  bool end(const Order& order, State state, const Reason& reason, bool release, bool undo,
           kit::Deadline deadline);
  /// The reservation of the ended order was released.
  bool released(const Order& order, kit::Deadline deadline);
  /// No longer due, unless something is owed.
  bool rest(const Order& order, kit::Deadline deadline);
  /// Releases the claim; retry after `delay`.
  bool postpone(const Order& order, std::chrono::milliseconds delay, kit::Deadline deadline);

  struct Claim {
    Order order;
    bool overdue;  ///< older than Options::give_up
  };
  /// Claims one due order that no other replica has; its lease runs from now. Returns nullopt without one.
  std::optional<Claim> claim(kit::Deadline deadline);
  /// The same for a certain order. Returns nullopt when it is not due or another replica was faster.
  std::optional<Order> claim_now(contracts::OrderId id, kit::Deadline deadline);

  std::optional<Order> find(contracts::OrderId id, kit::Deadline deadline);

  struct Filter {
    std::optional<kit::UserId> user;
    std::optional<State> state;
    std::optional<std::string> from;  ///< RFC 3339, inclusive
    std::optional<std::string> to;    ///< exclusive
  };
  /// At most `limit` orders, newest first, those that follow the order `after`.
  kit::db::Page<Summary> page(const Filter& filter, std::optional<std::int64_t> after, int limit,
                              kit::Deadline deadline);

  /// Oldest first.
  std::vector<history::Entry> history(contracts::OrderId id, kit::Deadline deadline);
  /// Deletes some idempotency keys older than a week; returns how many.
  int forget_keys(kit::Deadline deadline);

  const Options& options() const { return options_; }

 private:
  kit::db::Database& database_;
  Options options_;
};

}  // namespace order
