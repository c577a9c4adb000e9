#pragma once
#include "services/kit/http/message/message.hpp"

#include <string>

namespace kit::http {

/// How a response is framed.
struct Framing {
  bool keep_alive = true;  ///< else "Connection: close"
  bool head_only = false;  ///< the response to HEAD: Content-Length without the body
};

/// The bytes of a response, with the headers of every response (Content-Length, Date, Connection,
/// X-Content-Type-Options). Control characters in header values become spaces, so that no value can inject a
/// header.
std::string to_wire(const Response& response, const Framing& framing);

/// The head of a response that ends when its connection is closed.
std::string stream_head_to_wire(const Response& response);

/// One server-sent event; `data` may have several lines.
std::string event_to_wire(std::string_view event, std::string_view data, std::string_view id);

}  // namespace kit::http
