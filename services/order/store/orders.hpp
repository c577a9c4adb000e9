#pragma once
#include "services/kit/db/database.hpp"
#include "services/order/domain/history.hpp"
#include "services/order/domain/order.hpp"
#include "services/order/store/idempotency.hpp"

#include <chrono>
#include <functional>
#include <optional>
#include <string>
#include <variant>
#include <vector>

namespace order {

/// Orders, with what each still owes. Every write that drives an order is guarded by Order::attempts: it does
/// nothing, and says false, when another replica has taken the order up since it was read. Events go through
/// the outbox in the transaction of their change. Thread-safe. Throws kit::db::Unavailable when the database
/// is away.
class Orders {
 public:
  struct Options {
    std::chrono::milliseconds lease{8000};  ///< how long whoever placed or took up an order has it to himself
    std::chrono::milliseconds give_up{
        3'600'000};  ///< an order that could not be placed for so long is cancelled
  };
  Orders(kit::db::Database& database, Options options) : database_(database), options_(options) {}

  /// The order that was placed with the key. Throws KeyReused.
  std::optional<kit::OrderId> placed_before(const IdempotencyKey& key, kit::Deadline deadline);

  /// What else belongs to the writing of an order, in its transaction (which may be tried several times).
  using Also = std::function<void(kit::db::Transaction&, kit::OrderId)>;

  /// Writes a pending order, its lease running, and order.placed; or tells which one was placed with the key
  /// before. Two at once with one key write one order. Throws KeyReused, and
  /// PersonErased (people.hpp).
  std::variant<Order, kit::OrderId> place(const NewOrder& order, const std::optional<IdempotencyKey>& key,
                                          kit::Deadline deadline, const Also& also = {});

  /// Confirmed, with these prices, and order.confirmed.
  bool confirm(const Order& order, const std::vector<Line>& lines, kit::Deadline deadline);
  /// Rejected or cancelled, with why, and the event. It stays due while something is owed: its stock
  /// (`release`), or undoing its payment (`undo`).
  bool end(const Order& order, State state, const Reason& reason, bool release, bool undo,
           kit::Deadline deadline);
  /// What was held for the ended order is given back.
  bool released(const Order& order, kit::Deadline deadline);
  /// Nobody need look at it any more, if nothing is owed.
  bool rest(const Order& order, kit::Deadline deadline);
  /// Cannot be gone on with now: any replica may after `delay`. Whoever had taken it up has it no longer.
  bool postpone(const Order& order, std::chrono::milliseconds delay, kit::Deadline deadline);

  struct Claim {
    Order order;
    bool overdue;  ///< older than Options::give_up
  };
  /// Takes up one order that is due, no other replica being at it. Its lease runs from now.
  std::optional<Claim> claim(kit::Deadline deadline);

  /// The same for one that somebody has just made due; nothing when another was faster.
  std::optional<Order> claim_now(kit::OrderId id, kit::Deadline deadline);

  std::optional<Order> find(kit::OrderId id, kit::Deadline deadline);
  /// What has happened to it, the oldest first.
  std::vector<history::Entry> happened(kit::OrderId id, kit::Deadline deadline);
  /// Forgets some idempotency keys of more than a week ago; returns how many.
  int forget_keys(kit::Deadline deadline);

  const Options& options() const { return options_; }

 private:
  kit::db::Database& database_;
  Options options_;
};

}  // namespace order
