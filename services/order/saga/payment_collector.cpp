#include "services/order/saga/payment_collector.hpp"

#include "services/kit/log/log.hpp"
#include "services/order/clients/deadlines.hpp"

namespace order {
namespace {

using payments::Action;
using payments::Charge;
using payments::Refused;
using payments::Status;
using Result = PaymentCollector::Result;

Charge charge_of(const Order& order) {
  const auto& payment = order.payment.value();
  return {order.id, payment.key, order.payment_method, payment.amount, payment.reference};
}

}  // namespace

Result PaymentCollector::reserved(Order& order, kit::Deadline deadline) {
  order.payment = store_.reserved(order, to_write(deadline));
  return order.payment ? Result::Done : Result::Lost;
}

Result PaymentCollector::declined(Order& order, kit::Deadline deadline) {
  if (!store_.declined(order, to_write(deadline))) return Result::Lost;
  order.payment->state = PaymentState::Declined;
  return Result::Refused;
}

Result PaymentCollector::authorise(Order& order, kit::Deadline deadline) {
  auto& payment = order.payment.value();
  const auto& provider = order.payment_provider;
  if (payment.state == PaymentState::Declined) return Result::Refused;
  auto status = Status::Open;
  if (payment.reference.empty()) {
    const auto opened = providers_.open(provider, charge_of(order), deadline);
    if (const auto* refused = std::get_if<Refused>(&opened)) {
      kit::log::info("payment refused", {{"order_id", order.id.value}, {"code", refused->code}});
      return declined(order, deadline);
    }
    payment.reference = std::get<std::string>(opened);
    if (!store_.authorising(order, payment.reference, to_write(deadline))) return Result::Lost;
    payment.state = PaymentState::Authorising;
  } else {
    status = providers_.status(provider, charge_of(order), deadline);
  }
  if (status == Status::Open)
    status = providers_.perform(provider, Action::Authorise, charge_of(order), deadline);
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
  throw payments::Unavailable("the payment provider did not authorise a payment, without a reason");
}

Result PaymentCollector::capture(Order& order, kit::Deadline deadline) {
  auto& payment = order.payment.value();
  const auto& provider = order.payment_provider;
  auto status = Status::Authorised;
  if (payment.state == PaymentState::Capturing)
    status = providers_.status(provider, charge_of(order), deadline);
  if (status == Status::Authorised) {
    if (!store_.capturing(order, to_write(deadline))) return Result::Lost;
    payment.state = PaymentState::Capturing;
    status = providers_.perform(provider, Action::Capture, charge_of(order), deadline);
  }
  if (status == Status::Captured) return Result::Done;
  return status == Status::Review ? Result::Later : Result::Refused;
}

Result PaymentCollector::undo(const Order& order, kit::Deadline deadline) {
  const auto status = providers_.perform(order.payment_provider, Action::Cancel, charge_of(order), deadline);
  switch (status) {
    case Status::Voided:
    case Status::Declined:
      return store_.voided(order, to_write(deadline)) ? Result::Done : Result::Lost;
    case Status::Captured:
      kit::log::warn("payment captured after its order ended; refunding it", {{"order_id", order.id.value}});
      return store_.captured_late(order, to_write(deadline)) ? Result::Done : Result::Lost;
    case Status::Review:
      return Result::Later;
    case Status::Open:
    case Status::Authorised:
      break;
  }
  throw payments::Unavailable("the payment provider did not void a payment");
}

Result PaymentCollector::refund(const Order& order, const Refund& refund, kit::Deadline deadline) {
  const auto answer =
      providers_.refund(order.payment_provider, charge_of(order), refund.id, refund.amount, deadline);
  if (const auto* refused = std::get_if<Refused>(&answer)) {
    kit::log::error("refund failed", {{"order_id", order.id.value}, {"code", refused->code}});
    return store_.refund_failed(order, refund, refused->code, to_write(deadline)) ? Result::Refused
                                                                                  : Result::Lost;
  }
  return store_.refunded(order, refund, std::get<std::string>(answer), to_write(deadline)) ? Result::Done
                                                                                           : Result::Lost;
}

}  // namespace order
