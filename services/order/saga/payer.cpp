#include "services/order/saga/payer.hpp"

#include "services/kit/log/log.hpp"

namespace order {
namespace {

using payments::Charge;
using payments::Refused;
using payments::Status;
using Result = Payer::Result;

/// What was done must be written even when little time is left for it.
kit::Deadline to_write(kit::Deadline deadline) {
  const std::chrono::milliseconds least{500};
  return deadline.left() < least ? kit::Deadline::in(least) : deadline;
}

Charge charge_of(const Order& order) {
  const auto& payment = order.payment.value();
  return {order.id, payment.key, order.payment_method, payment.amount, payment.reference};
}

}  // namespace

Result Payer::reserved(Order& order, kit::Deadline deadline) {
  order.payment = store_.reserved(order, to_write(deadline));
  return order.payment ? Result::Done : Result::Lost;
}

Result Payer::declined(Order& order, kit::Deadline deadline) {
  if (!store_.declined(order, to_write(deadline))) return Result::Lost;
  order.payment->state = PaymentState::Declined;
  return Result::Refused;
}

Result Payer::authorise(Order& order, kit::Deadline deadline) {
  auto& payment = order.payment.value();
  const auto& provider = order.payment_provider;
  if (payment.state == PaymentState::Declined) return Result::Refused;
  auto status = Status::Open;
  if (payment.reference.empty()) {
    const auto opened = payments_.open(provider, charge_of(order), deadline);
    if (const auto* refused = std::get_if<Refused>(&opened)) {
      kit::log::info("a payment was refused", {{"order_id", order.id.value}, {"code", refused->code}});
      return declined(order, deadline);
    }
    payment.reference = std::get<std::string>(opened);
    if (!store_.authorising(order, payment.reference, to_write(deadline))) return Result::Lost;
    payment.state = PaymentState::Authorising;
  } else {
    status = payments_.look(provider, charge_of(order), deadline);
  }
  if (status == Status::Open) status = payments_.authorise(provider, charge_of(order), deadline);
  switch (status) {
    case Status::Authorised:
    case Status::Captured:
      if (!store_.authorised(order, to_write(deadline))) return Result::Lost;
      payment.state = PaymentState::Authorised;
      return Result::Done;
    case Status::Review:
      return store_.in_review(order, to_write(deadline)) ? Result::Later : Result::Lost;
    case Status::Declined:
    case Status::Voided:
      return declined(order, deadline);
    case Status::Open:
      break;
  }
  throw payments::Away("the payment provider holds no money, and does not say why");
}

Result Payer::capture(Order& order, kit::Deadline deadline) {
  auto& payment = order.payment.value();
  const auto& provider = order.payment_provider;
  auto status = Status::Authorised;
  if (payment.state == PaymentState::Capturing) status = payments_.look(provider, charge_of(order), deadline);
  if (status == Status::Authorised) {
    if (!store_.capturing(order, to_write(deadline))) return Result::Lost;
    payment.state = PaymentState::Capturing;
    status = payments_.capture(provider, charge_of(order), deadline);
  }
  if (status == Status::Captured) return Result::Done;
  return status == Status::Review ? Result::Later : Result::Refused;
}

Result Payer::undo(const Order& order, kit::Deadline deadline) {
  const auto status = payments_.cancel(order.payment_provider, charge_of(order), deadline);
  switch (status) {
    case Status::Voided:
    case Status::Declined:
      return store_.voided(order, to_write(deadline)) ? Result::Done : Result::Lost;
    case Status::Captured:
      kit::log::warn("a payment succeeded after the order was given up: it is refunded",
                     {{"order_id", order.id.value}});
      return store_.captured_late(order, to_write(deadline)) ? Result::Done : Result::Lost;
    case Status::Review:
      return Result::Later;
    case Status::Open:
    case Status::Authorised:
      break;
  }
  throw payments::Away("the payment provider does not void a payment");
}

Result Payer::refund(const Order& order, const Refund& refund, kit::Deadline deadline) {
  const auto answer =
      payments_.refund(order.payment_provider, charge_of(order), refund.id, refund.amount, deadline);
  if (const auto* refused = std::get_if<Refused>(&answer)) {
    kit::log::error("a refund failed", {{"order_id", order.id.value}, {"code", refused->code}});
    return store_.refund_failed(order, refund, refused->code, to_write(deadline)) ? Result::Refused
                                                                                  : Result::Lost;
  }
  return store_.refunded(order, refund, std::get<std::string>(answer), to_write(deadline)) ? Result::Done
                                                                                           : Result::Lost;
}

}  // namespace order
