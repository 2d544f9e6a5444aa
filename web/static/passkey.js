/* Passkeys: a form marked data-passkey is sent once the browser has made one, or has signed with one. */
const bytes = (text) => Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), (one) => one.charCodeAt(0));
const text = (buffer) =>
  btoa(String.fromCharCode(...new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");

const written = (made) => {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (made.response[name]) response[name] = text(made.response[name]);
  }
  return JSON.stringify({ id: made.id, rawId: text(made.rawId), type: made.type, response });
};

const make = (form) => {
  const options = JSON.parse(form.dataset.options);
  options.challenge = bytes(options.challenge);
  options.user.id = bytes(options.user.id);
  options.excludeCredentials = (options.excludeCredentials ?? []).map((one) => ({ ...one, id: bytes(one.id) }));
  return navigator.credentials.create({ publicKey: options });
};

const use = (form) => {
  const challenge = new TextEncoder().encode(form.elements.challenge.value);
  return navigator.credentials.get({ publicKey: { challenge, userVerification: "preferred" } });
};

for (const form of document.querySelectorAll("form[data-passkey]")) {
  form.addEventListener("submit", async (event) => {
    const making = form.dataset.passkey === "make";
    if (!window.PublicKeyCredential || (!making && event.submitter?.value !== "passkey")) return;
    event.preventDefault();
    try {
      form.elements.passkey.value = written(await (making ? make(form) : use(form)));
    } catch {
      form.elements.passkey.value = "";
    }
    form.submit();
  });
  for (const button of form.querySelectorAll("button[hidden]")) button.hidden = !window.PublicKeyCredential;
}
