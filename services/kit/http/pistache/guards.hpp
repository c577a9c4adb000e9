#pragma once

/// What the interposed accept, accept4 (fd_guard.cpp) and send (send_guard.cpp) are made of; here for their
/// tests and for the adapter. The functions themselves take effect by being linked into the program.
namespace kit::http::guard {

/// Numbers that accepted sockets take: [begin, end).
struct Window {
  int begin;
  int end;
};

/// This process's window. The first call raises the soft limit of open files.
Window window();

/// The same socket under the next number of the window, `client` closed; `client` itself when the window is
/// full.
int move_into(Window window, int client, bool close_on_exec);

/// Marks the calling thread as one of Pistache's reactors: its send() never waits long.
void enter_reactor();
bool on_reactor();

}  // namespace kit::http::guard
