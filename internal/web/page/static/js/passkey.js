// Passkeys: a button asks the device for one and sends its answer with the form
// it is in. Shown only where the browser and the address know passkeys.
"use strict";
(() => {
  const at = (host) => location.hostname === host || location.hostname.endsWith("." + host);
  const able = (host) => "PublicKeyCredential" in window && isSecureContext && at(host);
  for (const part of document.querySelectorAll("[data-passkeys]")) {
    if (!able(part.dataset.passkeys)) continue;
    part.hidden = false;
    for (const other of document.querySelectorAll("[data-no-passkeys]")) other.hidden = true;
  }

  const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
  const readList = (list) => (list || []).map((one) => ({ ...one, id: bytes(one.id) }));

  async function make(options) {
    const made = await navigator.credentials.create({ publicKey: {
      ...options, challenge: bytes(options.challenge), user: { ...options.user, id: bytes(options.user.id) },
      excludeCredentials: readList(options.excludeCredentials),
    } });
    const response = made.response;
    return { id: made.id, rawId: text(made.rawId), type: made.type, response: {
      clientDataJSON: text(response.clientDataJSON), attestationObject: text(response.attestationObject),
      transports: response.getTransports ? response.getTransports() : [],
    } };
  }

  async function show(options) {
    const shown = await navigator.credentials.get({ publicKey: {
      ...options, challenge: bytes(options.challenge), allowCredentials: readList(options.allowCredentials),
    } });
    const response = shown.response;
    return { id: shown.id, rawId: text(shown.rawId), type: shown.type, response: {
      clientDataJSON: text(response.clientDataJSON), authenticatorData: text(response.authenticatorData),
      signature: text(response.signature), userHandle: response.userHandle ? text(response.userHandle) : undefined,
    } };
  }

  async function ask(address) {
    const answer = await fetch(address, { method: "POST", headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  for (const button of document.querySelectorAll("[data-passkey]")) {
    const form = button.closest("form");
    const failed = form.querySelector("[data-passkey-failed]");
    button.addEventListener("click", async () => {
      failed.hidden = true;
      button.disabled = true;
      try {
        const given = button.dataset.options;
        const answer = given ? await make(JSON.parse(given)) : await show(await ask(button.dataset.passkey));
        form.elements.namedItem("passkey").value = JSON.stringify(answer);
        form.requestSubmit();
      } catch {
        failed.hidden = false;
        button.focus();
      } finally {
        button.disabled = false;
      }
    });
  }
})();
